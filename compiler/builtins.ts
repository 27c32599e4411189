/**
 * The one table of built-in functions: what each takes, what it gives, how it is explained.
 * `elementwise` ones take scalars and apply lane by lane to vectors and matrices.
 * A new primitive is a row here; tsc then names each spelling (reference, field, WGSL, JavaScript) that lacks it.
 */
interface Builtin {
  readonly sort: 'elementwise' | 'reduction' | 'vector' | 'complex' | 'window'
  readonly arity: readonly [number, number]
  readonly doc: string
}

export const builtins = {
  exp: { sort: 'elementwise', arity: [1, 1], doc: 'e^x' },
  log: { sort: 'elementwise', arity: [1, 1], doc: 'natural logarithm' },
  sqrt: { sort: 'elementwise', arity: [1, 1], doc: 'square root' },
  abs: { sort: 'elementwise', arity: [1, 1], doc: 'absolute value' },
  sign: { sort: 'elementwise', arity: [1, 1], doc: '−1, 0 or 1' },
  sin: { sort: 'elementwise', arity: [1, 1], doc: 'sine' },
  cos: { sort: 'elementwise', arity: [1, 1], doc: 'cosine' },
  tanh: { sort: 'elementwise', arity: [1, 1], doc: 'hyperbolic tangent' },
  sigmoid: { sort: 'elementwise', arity: [1, 1], doc: '1 / (1 + e^−x)' },
  logsigmoid: { sort: 'elementwise', arity: [1, 1], doc: 'log(sigmoid(x)), without overflow' },
  softplus: { sort: 'elementwise', arity: [1, 1], doc: 'log(1 + e^x), without overflow' },
  silu: { sort: 'elementwise', arity: [1, 1], doc: 'x · sigmoid(x)' },
  gelu: { sort: 'elementwise', arity: [1, 1], doc: 'x · Φ(x), in the tanh form' },
  relu: { sort: 'elementwise', arity: [1, 1], doc: 'max(x, 0)' },
  elu: { sort: 'elementwise', arity: [1, 1], doc: 'x for x > 0, else e^x − 1' },
  floor: { sort: 'elementwise', arity: [1, 1], doc: 'the largest whole number ≤ x' },
  pow: { sort: 'elementwise', arity: [2, 2], doc: 'x^y' },
  where: { sort: 'elementwise', arity: [3, 3], doc: 'where(c, a, b): a where c holds, else b' },
  min: {
    sort: 'elementwise',
    arity: [1, 2],
    doc: 'the smaller of two; of one vector, its smallest component',
  },
  max: { sort: 'elementwise', arity: [1, 2], doc: 'the larger of two; of one vector, its largest component' },
  sum: { sort: 'reduction', arity: [1, 1], doc: 'sum of the components' },
  mean: { sort: 'reduction', arity: [1, 1], doc: 'mean of the components' },
  norm: { sort: 'reduction', arity: [1, 1], doc: 'Euclidean norm' },
  dot: { sort: 'reduction', arity: [2, 2], doc: 'inner product' },
  argmax: { sort: 'reduction', arity: [1, 1], doc: 'index of the largest component, the first of equals' },
  softmax: { sort: 'vector', arity: [1, 1], doc: 'e^x / Σ e^x' },
  cumsum: { sort: 'vector', arity: [1, 1], doc: 'sums of the first 1, 2, … components' },
  onehot: { sort: 'vector', arity: [2, 2], doc: 'onehot(i, n): n components, one at index i' },
  topk_mask: { sort: 'vector', arity: [2, 2], doc: 'ones at the n largest components, the first of equals' },
  solve: { sort: 'vector', arity: [2, 2], doc: 'solve(A, b): x with A @ x = b' },
  concat: { sort: 'vector', arity: [1, Infinity], doc: 'one vector after another' },
  slice: { sort: 'vector', arity: [3, 3], doc: 'slice(x, from, to): components from … to − 1' },
  outer_flat: { sort: 'vector', arity: [2, 2], doc: 'all products x_i y_j, j fastest, as one vector' },
  reshape: {
    sort: 'vector',
    arity: [2, 3],
    doc: 'reshape(x, N) or reshape(x, N, M): the same components, rows first',
  },
  diag: { sort: 'vector', arity: [1, 1], doc: 'the diagonal matrix of a vector' },
  complex: { sort: 'complex', arity: [2, 2], doc: 'complex(re, im)' },
  re: { sort: 'complex', arity: [1, 1], doc: 'real part' },
  im: { sort: 'complex', arity: [1, 1], doc: 'imaginary part' },
  conj: { sort: 'complex', arity: [1, 1], doc: 'complex conjugate' },
  cis: { sort: 'complex', arity: [1, 1], doc: 'e^{ix}' },
  window_softmax: {
    sort: 'window',
    arity: [4, 4],
    doc: 'window_softmax(q, k, v, width): softmax over the last `width` tokens',
  },
} as const satisfies Record<string, Builtin>

export type BuiltinName = keyof typeof builtins

/** The functions of scalars that kernels can call; every other built-in is made of loops over these. */
export const scalarFunctions = [
  'exp', 'log', 'sqrt', 'abs', 'sign', 'sin', 'cos', 'tanh', 'sigmoid', 'logsigmoid', 'softplus',
  'silu', 'gelu', 'relu', 'elu', 'floor', 'pow', 'min', 'max',
  /** e^x − 1 without cancellation; how slow decays keep their digits. */
  'expm1',
] as const // prettier-ignore

export type ScalarFunction = (typeof scalarFunctions)[number]
