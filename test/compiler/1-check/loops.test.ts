import { expect, test } from 'vitest'
import { print } from '../../../compiler/1-check/index.ts'
import { checked, layerOf } from '../../support/layer.ts'

const members = 'dim K = 4, n = 3, w = 8 input k: vec<K> input b: scalar[n]'
const value = (expression: string, type = 'vec<K>'): string => {
  const printed = print(layerOf(`mixer a { ${members} output o: ${type} = ${expression} }`))
  return printed.slice(printed.indexOf('output o: ')).split(' = ').slice(1).join(' = ')
}
const problems = (expression: string): readonly string[] =>
  checked(`mixer a { ${members} output o: vec<K> = ${expression} }`).diagnostics.map((d) => d.code)

test('loops in loops have names of their own', () => {
  expect(value('sum(j in 0..n: sum(j in 0..2: b[j] * k))')).toBe(
    'sum(j in 0..n: sum(j_2 in 0..2: b[j_2] * k))',
  )
})

test('a fold takes the shape of its steps', () => {
  expect(value('fold X = 0 for j in 0..n: b[j] * X + k')).toBe('fold X = 0 for j in 0..n: b[j] * X + k')
  expect(problems('fold X = k for j in 0..n: X.T @ k')).toEqual(['shape-mismatch'])
  expect(problems('fold X = k for j in 0..n: k @ X.T')).toEqual(['shape-mismatch'])
})

test('bounds over tokens are counted from this one', () => {
  const layer = layerOf(`mixer a { ${members} output o: vec<K> = sum(s in t-w+1..t+1: k[s]) }`)
  const { value: found } = layer.outputs[0]
  if (found.kind !== 'reduce') throw new Error('a sum was expected')
  expect(found.tokens).toBe(true)
  expect(found.binder.to).toMatchObject({ kind: 'number', value: { numerator: 1n } })
  expect(found.binder.from).toMatchObject({ kind: 'size' })
})

test('a bound that stays where it is counts from the first token', () => {
  expect(value('sum(s in 0..t+1: k[s])')).toBe('sum(s in t + (0 - pos)..t + 1: k[s])')
})

test('concat is as long as all its parts', () => {
  expect(value('concat(j in 1..n: b[j] * k)', 'vec<(n - 1) * K>')).toContain('concat(j in 1..n')
  expect(problems('concat(j in 0..0: k)')).toEqual(['size-not-positive'])
  expect(problems('concat(j in 0..2: k @ k.T)')).toEqual(['not-a-vector'])
})

test('what does not range over tokens', () => {
  expect(problems('concat(s in t-1..t: k[s])')).toEqual(['tokens-only-sum'])
  expect(problems('fold X = k for s in t-1..t: X')).toEqual(['tokens-only-sum'])
})

test('bounds are whole numbers that are known before any token', () => {
  expect(problems('sum(j in 0..b[0]: k)')).toEqual(['not-whole'])
  expect(problems('sum(j in 0..q: j * k)')).toEqual(['unknown-name'])
})

test('a largest complex value there is not', () => {
  expect(problems('max(j in 0..2: complex(k, k))')).toEqual(['complex-value'])
})
