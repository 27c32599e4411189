import { expect, test } from 'vitest'
import { printType } from '../../../compiler/1-check/types.ts'
import { checked, layerOf } from '../../support/layer.ts'

const members = `
  dim K = 4, V = 3, n = 2
  input k: vec<K>
  input v: vec<V>
  input A: mat<K, V>
  input c: complex vec<K>
`
const text = (expression: string): string =>
  `mixer a { ${members} let found = ${expression} output o: scalar = 1 }`
const typeOf = (expression: string): string => printType(layerOf(text(expression)).lets[0].type)
const problems = (expression: string): readonly string[] =>
  checked(text(expression)).diagnostics.map((d) => d.code)

test.each([
  ...['exp', 'log', 'sqrt', 'abs', 'sign', 'sin', 'cos', 'tanh', 'sigmoid', 'logsigmoid', 'softplus'].map(
    (f) => [`${f}(A)`, 'mat<K, V>'],
  ),
  ...['silu', 'gelu', 'relu', 'elu', 'floor'].map((f) => [`${f}(k)`, 'vec<K>']),
  ...['sum', 'mean', 'norm', 'argmax', 'max', 'min'].map((f) => [`${f}(k)`, 'scalar']),
  ...['softmax', 'cumsum'].map((f) => [`${f}(k.T)`, 'vec<K>.T']),
  ['pow(k, 2)', 'vec<K>'],
  ['max(k, 0)', 'vec<K>'],
  ['where(k > 0, 1, 0)', 'vec<K>'],
  ['where(true, k, 0)', 'vec<K>'],
  ['dot(k, k.T)', 'scalar'],
  ['onehot(1, 2 * K)', 'vec<2*K>'],
  ['topk_mask(k, n)', 'vec<K>'],
  ['solve(k @ k.T + I, A)', 'mat<K, V>'],
  ['concat(k, v, 1)', 'vec<K + V + 1>'],
  ['concat(k.T, v.T)', 'vec<K + V>.T'],
  ['slice(k, 1, n + 1)', 'vec<n>'],
  ['slice(k.T, 0, 2)', 'vec<2>.T'],
  ['outer_flat(k, v)', 'vec<K*V>'],
  ['reshape(outer_flat(k, v), V, K)', 'mat<V, K>'],
  ['reshape(A, V * K)', 'vec<K*V>'],
  ['diag(k)', 'mat<K, K>'],
  ['complex(k, 1)', 'complex vec<K>'],
  ['re(c)', 'vec<K>'],
  ['im(c) + abs(c)', 'vec<K>'],
  ['conj(c)', 'complex vec<K>'],
  ['exp(c) * cis(k)', 'complex vec<K>'],
  ['norm(c)', 'scalar'],
  ['sum(c)', 'complex scalar'],
  ['window_softmax(k, k, v, n)', 'vec<V>'],
])('%s is a %s', (expression, expected) => {
  expect(typeOf(expression)).toBe(expected)
})

test.each([
  ['sum(A)', 'not-a-vector'],
  ['softmax(A)', 'not-a-vector'],
  ['diag(A)', 'not-a-vector'],
  ['dot(k, v)', 'shape-mismatch'],
  ['where(k, 1, 0)', 'not-a-condition'],
  ['where(k > 0, k, v)', 'shape-mismatch'],
  ['where(v > 0, k, k)', 'shape-mismatch'],
  ['exp(k > 0)', 'condition-as-number'],
  ['tanh(c)', 'complex-value'],
  ['concat(k, v.T)', 'shape-mismatch'],
  ['slice(k, 2, 2)', 'index-out-of-range'],
  ['slice(k, -1, 2)', 'index-out-of-range'],
  ['slice(k, 0, K + 1)', 'index-out-of-range'],
  ['reshape(k, V)', 'shape-mismatch'],
  ['solve(A, k)', 'shape-mismatch'],
  ['onehot(k, 3)', 'not-a-scalar'],
  ['window_softmax(k, v, v, n)', 'shape-mismatch'],
  ['sum(j in 0..K: sum(slice(k, 0, j + 1)))', 'size-varies'],
])('%s is refused: %s', (expression, expected) => {
  expect(problems(expression)).toEqual([expected])
})

test('a slice whose ends move together has one size', () => {
  expect(typeOf('concat(j in 0..n: slice(k, j, j + 2))')).toBe('vec<2*n>')
})

test('a vector times a matrix is told of diag', () => {
  const [found] = checked(text('k * A')).diagnostics
  expect(found.help).toContain('diag(w)')
})
