import { expect, test } from 'vitest'
import { printType } from '../../../compiler/1-check/types.ts'
import { checked, layerOf } from '../../support/layer.ts'

const members = `
  dim K = 4, V = 3
  input q, k: vec<K>
  input v: vec<V>
  input A: mat<K, V>
  input c: complex vec<K>
  input x: scalar
`
const typeOf = (expression: string): string => {
  const layer = layerOf(`mixer a { ${members} let found = ${expression} output o: scalar = 1 }`)
  return printType(layer.lets[0].type)
}
const problems = (expression: string): readonly string[] =>
  checked(`mixer a { ${members} let found = ${expression} output o: scalar = 1 }`).diagnostics.map(
    (d) => d.code,
  )

test.each([
  ['1e-5', 'scalar'],
  ['-k', 'vec<K>'],
  ['k + q * 2 - 1', 'vec<K>'],
  ['k.T', 'vec<K>.T'],
  ['k @ v.T', 'mat<K, V>'],
  ['k.T @ q', 'scalar'],
  ['A.T @ k', 'vec<V>'],
  ['A * A / 2', 'mat<K, V>'],
  ['(I - k @ k.T) @ A', 'mat<K, V>'],
  ['2 * I @ k', 'vec<K>'],
  ['(k.T @ q) @ v.T', 'vec<V>.T'],
  ['k ^ 2 % 3', 'vec<K>'],
  ['c * k + x', 'complex vec<K>'],
  ['c @ v.T', 'complex mat<K, V>'],
  ['K ^ -0.5', 'scalar'],
  ['pos', 'scalar'],
  ['inf', 'scalar'],
  ['let y = k in y.T @ y', 'scalar'],
  ['where(k > 0 && true || !(q == k), k, 0)', 'vec<K>'],
])('%s is a %s', (expression, expected) => {
  expect(typeOf(expression)).toBe(expected)
})

test('I takes the size that its context needs, also a later one', () => {
  const layer = layerOf(`mixer a { ${members} let J = 2 * I output o: vec<V> = A.T @ J @ k }`)
  expect(printType(layer.lets[0].type)).toBe('mat<K, K>')
})

test.each([
  ['k + v', ['shape-mismatch']],
  ['A @ k', ['shape-mismatch']],
  ['x @ k', ['shape-mismatch']],
  ['k && true', ['not-a-condition']],
  ['-(k > 0)', ['condition-as-number']],
  ['!k', ['not-a-condition']],
  ['c < 1', ['complex-value']],
  ['c ^ 2', ['complex-value']],
  ['t', ['time-outside-index']],
  ['foo(k)', ['unknown-name']],
  ['exp(k, k)', ['wrong-arity']],
  ['slice(k, 0, x)', ['not-whole']],
  ['(k + v) + (A @ k)', ['shape-mismatch', 'shape-mismatch']],
])('%s is refused', (expression, expected) => {
  expect(problems(expression)).toEqual(expected)
})

test('a scalar before @ is told of *', () => {
  const [found] = checked(`mixer a { ${members} output o: vec<K> = x @ k }`).diagnostics
  expect(found.help).toContain('write *')
})

test('numbers are exact', () => {
  const layer = layerOf('mixer a { output o: scalar = 0.1 }')
  expect(layer.outputs[0].value).toMatchObject({ kind: 'number', value: { numerator: 1n, denominator: 10n } })
})
