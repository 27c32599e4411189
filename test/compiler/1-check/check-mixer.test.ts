import { expect, test } from 'vitest'
import { printType } from '../../../compiler/1-check/types.ts'
import { checked, layerOf } from '../../support/layer.ts'

const codes = (members: string): readonly string[] =>
  checked(`mixer a { dim K = 4 input k: vec<K> ${members} }`).diagnostics.map((d) => d.code)

test('inputs carry their ranges and promises, each its own', () => {
  const { inputs } = layerOf(`mixer a { dim K = 4
    /// The keys.
    input q, k: vec<K> in [-1, 1] where norm(k) <= 1 && norm(k) <= 0.5
    output o: vec<K> = k }`)
  expect(inputs.map((i) => [i.name, i.range?.from, i.normAtMost, i.where !== undefined])).toEqual([
    ['q', -1, undefined, false],
    ['k', -1, 0.5, true],
  ])
  expect(inputs[1].doc).toContain('The keys.')
})

test('a promise about an array is one about each of it', () => {
  const { inputs } = layerOf(
    'mixer a { dim K = 4 input k: vec<K>[2] where norm(k) <= 1 output o: vec<K> = k[0] }',
  )
  expect(inputs[0].normAtMost).toBe(1)
})

test('lets come in an order of use, wherever they are written', () => {
  const { lets } = layerOf('mixer a { let a = b + c let b = c let c = 1 output o: scalar = a }')
  expect(lets.map((l) => l.name)).toEqual(['c', 'b', 'a'])
})

test('a let may say its type', () => {
  expect(codes('let a: vec<K> = 0 output o: vec<K> = a')).toEqual([])
  expect(codes('let a: mat<K, K> = k output o: vec<K> = k')).toEqual(['shape-mismatch'])
})

test('a let in a for is an array; its own for needs no index', () => {
  const { lets, updates } = layerOf(`mixer a { dim K = 4, M = 2 input k: vec<K> state S: vec<K>[M]
    for m in 0..M { let a = m * k let b[m] = a  S[m][t] = b[m] + a } output o: vec<K> = S[0][t] + a[1] }`)
  expect(lets.map((l) => printType(l.type))).toEqual(['vec<K>[M]', 'vec<K>[M]'])
  expect(updates[0].binder?.variable).toBe('m_3')
})

test.each([
  ['state S: vec<K> output o: vec<K> = k', ['update-missing']],
  ['state S: vec<K> S[t] = k S[t] = k output o: vec<K> = k', ['update-repeated']],
  ['k[t] = k output o: vec<K> = k', ['not-a-state']],
  ['Z[t] = k output o: vec<K> = k', ['unknown-name']],
  ['state S: vec<K> S[t-1] = k output o: vec<K> = k', ['update-left-side']],
  ['state S: vec<K>[2] S[0][t] = k output o: vec<K> = k', ['update-left-side']],
  ['state S: vec<K>[2] for m in 0..3 { S[m][t] = k } output o: vec<K> = k', ['for-count']],
  ['state S: vec<K>[2] for m in 1..2 { S[m][t] = k } output o: vec<K> = k', ['for-from-zero']],
  ['state S: vec<K> = k S[t] = k output o: vec<K> = k', ['initial-not-param']],
  ['state S: vec<K> = u S[t] = k output o: vec<K> = k', ['unknown-name']],
  ['param u: scalar state S: vec<K> = u S[t] = k output o: vec<K> = k', ['shape-mismatch']],
  ['output o: vec<K>[2] = k', ['array-output']],
  ['output o: scalar = k', ['shape-mismatch']],
  ['output o: vec<K> = cis(k)', ['complex-value']],
  ['', ['output-missing']],
  ['input c: complex scalar in [0, 1] output o: vec<K> = k', ['complex-value']],
  ['input a: vec<K> where norm(a) output o: vec<K> = k', ['not-a-condition']],
  ['input a: vec<K> where norm(a) <= 1 && norm(k) <= 1 output o: vec<K> = k', ['promise-unclear']],
])('%s', (members, expected) => {
  expect(codes(members)).toEqual(expected)
})

test('dims that the equations tie together become a condition', () => {
  const tied = layerOf('mixer a { dim K = 4, D = 2 * K input k: vec<K> output o: vec<D> = concat(k, k) }')
  expect(tied.conditions).toHaveLength(1)
  const free = layerOf('mixer a { dim K = 4, D = 2 * K input k: vec<D> output o: vec<D> = k }')
  expect(free.conditions).toHaveLength(0)
})

test('dims that only happen to have one value stay apart', () => {
  expect(
    checked('mixer a { dim K = 4, V = K input k: vec<K> output o: vec<V> = k }').diagnostics.map(
      (d) => d.code,
    ),
  ).toEqual(['shape-mismatch'])
})
