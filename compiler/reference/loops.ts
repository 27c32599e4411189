import type { Domain } from '../domain.ts'

/** Arithmetic on whole arrays; an array of one broadcasts. Results are fresh, arguments are never written. */
export interface Loops<N> {
  readonly add: (a: readonly N[], b: readonly N[]) => N[]
  readonly subtract: (a: readonly N[], b: readonly N[]) => N[]
  readonly multiply: (a: readonly N[], b: readonly N[]) => N[]
  readonly divide: (a: readonly N[], b: readonly N[]) => N[]
  /** Matrices, rows first: `[rows, inner] @ [inner, cols]`. */
  readonly product: (a: readonly N[], b: readonly N[], rows: number, inner: number, cols: number) => N[]
}

/** Over any domain. */
export const loopsOver = <N>(domain: Domain<N>): Loops<N> => {
  if (domain.name === 'float64') return doubles as unknown as Loops<N>
  const zip =
    (op: (a: N, b: N) => N) =>
    (a: readonly N[], b: readonly N[]): N[] => {
      const out: N[] = []
      if (a.length === 1) for (const y of b) out.push(op(a[0], y))
      else if (b.length === 1) for (const x of a) out.push(op(x, b[0]))
      else for (let i = 0; i < a.length; i++) out.push(op(a[i], b[i]))
      return out
    }
  return {
    add: zip((a, b) => domain.add(a, b)),
    subtract: zip((a, b) => domain.subtract(a, b)),
    multiply: zip((a, b) => domain.multiply(a, b)),
    divide: zip((a, b) => domain.divide(a, b)),
    product: (a, b, rows, inner, cols) => {
      const out: N[] = []
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < cols; j++) {
          let sum = inner === 0 ? domain.zero : domain.multiply(a[i * inner], b[j])
          for (let d = 1; d < inner; d++)
            sum = domain.add(sum, domain.multiply(a[i * inner + d], b[d * cols + j]))
          out.push(sum)
        }
      return out
    },
  }
}

/** The same on doubles, without a call per element: what makes T = 65 536 bearable. */
const doubles: Loops<number> = {
  add: (a, b) => {
    const out = new Array<number>(Math.max(a.length, b.length))
    if (a.length === 1) for (let i = 0, x = a[0]; i < b.length; i++) out[i] = x + b[i]
    else if (b.length === 1) for (let i = 0, y = b[0]; i < a.length; i++) out[i] = a[i] + y
    else for (let i = 0; i < a.length; i++) out[i] = a[i] + b[i]
    return out
  },
  subtract: (a, b) => {
    const out = new Array<number>(Math.max(a.length, b.length))
    if (a.length === 1) for (let i = 0, x = a[0]; i < b.length; i++) out[i] = x - b[i]
    else if (b.length === 1) for (let i = 0, y = b[0]; i < a.length; i++) out[i] = a[i] - y
    else for (let i = 0; i < a.length; i++) out[i] = a[i] - b[i]
    return out
  },
  multiply: (a, b) => {
    const out = new Array<number>(Math.max(a.length, b.length))
    if (a.length === 1) for (let i = 0, x = a[0]; i < b.length; i++) out[i] = x * b[i]
    else if (b.length === 1) for (let i = 0, y = b[0]; i < a.length; i++) out[i] = a[i] * y
    else for (let i = 0; i < a.length; i++) out[i] = a[i] * b[i]
    return out
  },
  divide: (a, b) => {
    const out = new Array<number>(Math.max(a.length, b.length))
    if (a.length === 1) for (let i = 0, x = a[0]; i < b.length; i++) out[i] = x / b[i]
    else if (b.length === 1) for (let i = 0, y = b[0]; i < a.length; i++) out[i] = a[i] / y
    else for (let i = 0; i < a.length; i++) out[i] = a[i] / b[i]
    return out
  },
  product: (a, b, rows, inner, cols) => {
    // Row by row of b, in the order of memory.
    const out = new Array<number>(rows * cols)
    for (let i = 0; i < rows; i++) {
      const row = i * cols
      const first = inner === 0 ? 0 : a[i * inner]
      for (let j = 0; j < cols; j++) out[row + j] = inner === 0 ? 0 : first * b[j]
      for (let d = 1; d < inner; d++) {
        const factor = a[i * inner + d]
        const from = d * cols
        for (let j = 0; j < cols; j++) out[row + j] += factor * b[from + j]
      }
    }
    return out
  },
}
