import type { BuiltinName } from '../builtins.ts'
import { bug } from '../pass.ts'
import type { Code, Moment } from './expression.ts'
import type { Algebra, Matrix } from './matrix.ts'

interface Size {
  readonly rows: number
  readonly cols: number
}

/** The meaning of each built-in function, from the scalar functions of the domain. `size` is that of the result. */
export const callBuiltin = <N>(
  algebra: Algebra<N>,
  fn: Exclude<BuiltinName, 'where' | 'window_softmax'>,
  args: readonly Matrix<N>[],
  size: Size,
): Matrix<N> => {
  const { domain, scalar } = algebra
  const [a, b] = args
  const column = (re: readonly N[], im?: readonly N[]): Matrix<N> => ({ ...size, re, im })
  const square = (x: N): N => domain.multiply(x, x)
  const total = (values: readonly N[]): N =>
    values.length === 0 ? domain.zero : values.reduce((x, y) => domain.add(x, y))
  const sum = (x: Matrix<N>): Matrix<N> => ({
    rows: 1,
    cols: 1,
    re: [total(x.re)],
    im: x.im && [total(x.im)],
  })
  const larger = (x: N, y: N): N => domain.call('max', [x, y])
  const smaller = (x: N, y: N): N => domain.call('min', [x, y])
  const realPart = (x: Matrix<N>): Matrix<N> => ({ ...x, im: undefined })
  const imaginaryPart = (x: Matrix<N>): Matrix<N> =>
    x.im ? { ...x, re: x.im, im: undefined } : algebra.zeros(x.rows, x.cols)
  const cis = (x: Matrix<N>): Matrix<N> => ({
    ...x,
    re: x.re.map((y) => domain.call('cos', [y])),
    im: x.re.map((y) => domain.call('sin', [y])),
  })
  const whole = (x: Matrix<N>): number => domain.index(x.re[0]) ?? bug(`${fn} of a number that is not whole`)
  const joined = (part: 're' | 'im'): readonly N[] | undefined =>
    args.some((x) => x[part]) ? args.flatMap((x) => x[part] ?? x.re.map(() => domain.zero)) : undefined

  switch (fn) {
    case 'exp':
      if (a.im)
        return algebra.multiply(
          algebra.map((x) => domain.call('exp', [x]), realPart(a)),
          cis(imaginaryPart(a)),
        )
      return algebra.map((x) => domain.call('exp', [x]), a)
    case 'abs':
      if (a.im)
        return algebra.map(
          (x, y) => domain.call('sqrt', [domain.add(square(x), square(y))]),
          realPart(a),
          imaginaryPart(a),
        )
      return algebra.map((x) => domain.call('abs', [x]), a)
    case 'log':
    case 'sqrt':
    case 'sign':
    case 'sin':
    case 'cos':
    case 'tanh':
    case 'sigmoid':
    case 'logsigmoid':
    case 'softplus':
    case 'silu':
    case 'gelu':
    case 'relu':
    case 'elu':
    case 'floor':
      return algebra.map((x) => domain.call(fn, [x]), a)
    case 'pow':
      return algebra.map((x, y) => domain.call('pow', [x, y]), a, b)
    case 'min':
    case 'max': {
      const choose = fn === 'max' ? larger : smaller
      return args.length === 2 ? algebra.map(choose, a, b) : scalar(a.re.reduce((x, y) => choose(x, y)))
    }
    case 'sum':
      return sum(a)
    case 'mean':
      return algebra.divide(sum(a), scalar(domain.fromIndex(a.re.length)))
    case 'norm':
      return scalar(domain.call('sqrt', [total([...a.re, ...(a.im ?? [])].map(square))]))
    case 'dot': {
      // One may be a row and the other a column.
      return sum(algebra.multiply(a, { ...b, rows: a.rows, cols: a.cols }))
    }
    case 'argmax': {
      let best = 0
      for (let i = 1; i < a.re.length; i++) if (domain.less(a.re[best], a.re[i])) best = i
      return scalar(domain.fromIndex(best))
    }
    case 'softmax': {
      const top = a.re.reduce(larger)
      const powers = algebra.map((x) => domain.call('exp', [domain.subtract(x, top)]), a)
      return algebra.divide(powers, sum(powers))
    }
    case 'cumsum': {
      const run = (values: readonly N[]): N[] => {
        let sum = domain.zero
        return values.map((x) => (sum = domain.add(sum, x)))
      }
      return column(run(a.re), a.im && run(a.im))
    }
    case 'onehot': {
      const at = whole(a)
      return column(
        Array.from({ length: size.rows * size.cols }, (_, i) => (i === at ? domain.one : domain.zero)),
      )
    }
    case 'topk_mask': {
      // By counting what stands above: no order of comparisons is part of the meaning.
      const n = whole(b)
      const above = (i: number, j: number): boolean =>
        domain.less(a.re[i], a.re[j]) || (j < i && domain.equal(a.re[i], a.re[j]))
      return column(
        a.re.map((_, i) =>
          a.re.filter((_, j) => j !== i && above(i, j)).length < n ? domain.one : domain.zero,
        ),
      )
    }
    case 'solve':
      return algebra.solve(a, b)
    case 'concat':
      return column(joined('re') ?? [], joined('im'))
    case 'slice': {
      // Of a matrix, rows.
      const wide = a.rows > 1 ? a.cols : 1
      const [from, to] = [whole(args[1]) * wide, whole(args[2]) * wide]
      return column(a.re.slice(from, to), a.im?.slice(from, to))
    }
    case 'outer_flat': {
      const outer = algebra.product(
        { ...a, rows: a.re.length, cols: 1 },
        { ...b, rows: 1, cols: b.re.length },
      )
      return column(outer.re, outer.im)
    }
    case 'reshape':
      return column(a.re, a.im)
    case 'diag':
      return algebra.diagonal(a)
    case 'complex':
      return { ...algebra.map((x) => x, a, b), im: algebra.map((_, y) => y, a, b).re }
    case 're':
      return realPart(a)
    case 'im':
      return imaginaryPart(a)
    case 'conj':
      return a.im ? { ...a, im: algebra.negate(imaginaryPart(a)).re } : a
    case 'cis':
      return cis(a)
    default:
      return fn satisfies never
  }
}

/** Σ softmax_s(qᵀk_s) v_s over the last `width` tokens s; keys and values are the same expressions at s. */
export const windowSoftmax = <N>(
  algebra: Algebra<N>,
  moment: Moment<N>,
  q: Code<N>,
  k: Code<N>,
  v: Code<N>,
  width: number,
): Matrix<N> => {
  const query = algebra.transpose(q(moment))
  const now = moment.t
  const scores: N[] = []
  const values: Matrix<N>[] = []
  for (let s = Math.max(0, now - width + 1); s <= now; s++) {
    moment.t = s
    scores.push(algebra.product(query, k(moment)).re[0])
    values.push(v(moment))
  }
  moment.t = now
  const weights = callBuiltin(algebra, 'softmax', [{ rows: scores.length, cols: 1, re: scores }], {
    rows: scores.length,
    cols: 1,
  })
  return values
    .map((x, i) => algebra.multiply(algebra.scalar(weights.re[i]), x))
    .reduce((x, y) => algebra.add(x, y), algebra.zeros(values[0].rows, values[0].cols))
}
