import type { Domain } from '../domain.ts'
import { loopsOver } from './loops.ts'

/** A value of a layer: rows first. A complex one has imaginary parts as well; a bool is `one` or `zero`. */
export interface Matrix<N> {
  readonly rows: number
  readonly cols: number
  readonly re: readonly N[]
  readonly im?: readonly N[]
}

/** Linear algebra over a domain. Complex matrices are pairs of real ones, so every domain has them. */
export interface Algebra<N> {
  readonly domain: Domain<N>
  readonly scalar: (value: N) => Matrix<N>
  readonly zeros: (rows: number, cols: number, complex?: boolean) => Matrix<N>
  readonly identity: (size: number) => Matrix<N>
  readonly diagonal: (vector: Matrix<N>) => Matrix<N>
  readonly transpose: (a: Matrix<N>) => Matrix<N>
  readonly negate: (a: Matrix<N>) => Matrix<N>
  /** A 1×1 operand broadcasts in these four. */
  readonly add: (a: Matrix<N>, b: Matrix<N>) => Matrix<N>
  readonly subtract: (a: Matrix<N>, b: Matrix<N>) => Matrix<N>
  readonly multiply: (a: Matrix<N>, b: Matrix<N>) => Matrix<N>
  readonly divide: (a: Matrix<N>, b: Matrix<N>) => Matrix<N>
  readonly product: (a: Matrix<N>, b: Matrix<N>) => Matrix<N>
  /** x with a @ x = b, by elimination. */
  readonly solve: (a: Matrix<N>, b: Matrix<N>) => Matrix<N>
  /** A real function on each element; 1×1 arguments broadcast. */
  readonly map: (fn: (...values: N[]) => N, ...args: readonly Matrix<N>[]) => Matrix<N>
}

export const algebraOver = <N>(domain: Domain<N>): Algebra<N> => {
  const { zero, one } = domain
  const loops = loopsOver(domain)
  const fill = (count: number): N[] => Array.from({ length: count }, () => zero)
  const imaginary = (a: Matrix<N>): readonly N[] => a.im ?? fill(a.re.length)

  const matrix = (rows: number, cols: number, re: readonly N[], im?: readonly N[]): Matrix<N> => ({
    rows,
    cols,
    re,
    im,
  })
  /** The size of an elementwise result. */
  const like = (a: Matrix<N>, b: Matrix<N>, re: readonly N[], im?: readonly N[]): Matrix<N> => {
    const larger = a.re.length === 1 ? b : a
    return matrix(larger.rows, larger.cols, re, im)
  }
  const negate = (values: readonly N[]): N[] => values.map((x) => domain.negate(x))

  const sumOf =
    (op: (a: readonly N[], b: readonly N[]) => N[]) =>
    (a: Matrix<N>, b: Matrix<N>): Matrix<N> =>
      like(a, b, op(a.re, b.re), a.im || b.im ? op(imaginary(a), imaginary(b)) : undefined)

  const multiply = (a: Matrix<N>, b: Matrix<N>): Matrix<N> => {
    if (!a.im && !b.im) return like(a, b, loops.multiply(a.re, b.re))
    if (!a.im) return like(a, b, loops.multiply(a.re, b.re), loops.multiply(a.re, b.im!))
    if (!b.im) return like(a, b, loops.multiply(a.re, b.re), loops.multiply(a.im, b.re))
    return like(
      a,
      b,
      loops.subtract(loops.multiply(a.re, b.re), loops.multiply(a.im, b.im)),
      loops.add(loops.multiply(a.re, b.im), loops.multiply(a.im, b.re)),
    )
  }

  const divide = (a: Matrix<N>, b: Matrix<N>): Matrix<N> => {
    if (!b.im) return like(a, b, loops.divide(a.re, b.re), a.im && loops.divide(a.im, b.re))
    const size = matrix(b.rows, b.cols, loops.add(loops.multiply(b.re, b.re), loops.multiply(b.im, b.im)))
    return divide(multiply(a, matrix(b.rows, b.cols, b.re, negate(b.im))), size)
  }

  const product = (a: Matrix<N>, b: Matrix<N>): Matrix<N> => {
    const run = (x: readonly N[], y: readonly N[]): N[] => loops.product(x, y, a.rows, a.cols, b.cols)
    if (!a.im && !b.im) return matrix(a.rows, b.cols, run(a.re, b.re))
    const [x, y] = [imaginary(a), imaginary(b)]
    return matrix(
      a.rows,
      b.cols,
      loops.subtract(run(a.re, b.re), run(x, y)),
      loops.add(run(a.re, y), run(x, b.re)),
    )
  }

  const transposeArray = (values: readonly N[], rows: number, cols: number): readonly N[] => {
    if (rows === 1 || cols === 1) return values
    const out: N[] = []
    for (let j = 0; j < cols; j++) for (let i = 0; i < rows; i++) out.push(values[i * cols + j])
    return out
  }

  const solve = (a: Matrix<N>, b: Matrix<N>): Matrix<N> => {
    if (!a.im && !b.im) return matrix(b.rows, b.cols, eliminate(domain, a.re, b.re, a.rows, b.cols))
    // (A + iB)(x + iy) = c + id as a real system of twice the size.
    const n = a.rows
    const [x, y] = [imaginary(a), imaginary(b)]
    const left: N[] = []
    for (let i = 0; i < 2 * n; i++)
      for (let j = 0; j < 2 * n; j++) {
        const at = (i % n) * n + (j % n)
        left.push(i < n === j < n ? a.re[at] : i < n ? domain.negate(x[at]) : x[at])
      }
    const both = eliminate(domain, left, [...b.re, ...y], 2 * n, b.cols)
    return matrix(b.rows, b.cols, both.slice(0, n * b.cols), both.slice(n * b.cols))
  }

  return {
    domain,
    scalar: (value) => matrix(1, 1, [value]),
    zeros: (rows, cols, complex) =>
      matrix(rows, cols, fill(rows * cols), complex ? fill(rows * cols) : undefined),
    identity: (size) =>
      matrix(
        size,
        size,
        Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? one : zero)),
      ),
    diagonal: (vector) => {
      const n = vector.re.length
      const spread = (values: readonly N[]): N[] =>
        Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? values[i / (n + 1)] : zero))
      return matrix(n, n, spread(vector.re), vector.im && spread(vector.im))
    },
    transpose: (a) =>
      matrix(
        a.cols,
        a.rows,
        transposeArray(a.re, a.rows, a.cols),
        a.im && transposeArray(a.im, a.rows, a.cols),
      ),
    negate: (a) => matrix(a.rows, a.cols, negate(a.re), a.im && negate(a.im)),
    add: sumOf(loops.add),
    subtract: sumOf(loops.subtract),
    multiply,
    divide,
    product,
    solve,
    map: (fn, ...args) => {
      const larger = args.find((a) => a.re.length !== 1) ?? args[0]
      return matrix(
        larger.rows,
        larger.cols,
        larger.re.map((_, i) => fn(...args.map((a) => (a.re.length === 1 ? a.re[0] : a.re[i])))),
      )
    },
  }
}

/** Gauss–Jordan elimination; the pivot is the largest of its column (over a field, any that is not zero). */
const eliminate = <N>(
  domain: Domain<N>,
  a: readonly N[],
  b: readonly N[],
  n: number,
  cols: number,
): readonly N[] => {
  const width = n + cols
  const rows = Array.from({ length: n }, (_, i) => [
    ...a.slice(i * n, (i + 1) * n),
    ...b.slice(i * cols, (i + 1) * cols),
  ])
  const size = (x: N): N => domain.call('abs', [x])
  for (let c = 0; c < n; c++) {
    let pivot = c
    for (let r = c + 1; r < n; r++) if (domain.less(size(rows[pivot][c]), size(rows[r][c]))) pivot = r
    ;[rows[c], rows[pivot]] = [rows[pivot], rows[c]]
    const head = rows[c][c]
    for (let j = c; j < width; j++) rows[c][j] = domain.divide(rows[c][j], head)
    for (let r = 0; r < n; r++) {
      if (r === c) continue
      const factor = rows[r][c]
      for (let j = c; j < width; j++)
        rows[r][j] = domain.subtract(rows[r][j], domain.multiply(factor, rows[c][j]))
    }
  }
  return rows.flatMap((row) => row.slice(n))
}
