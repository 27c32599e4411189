import { expect, test } from 'vitest'
import { checked, layerOf } from '../../support/layer.ts'

const codes = (members: string): readonly string[] =>
  checked(`mixer a { dim K = 4 input k: vec<K> ${members} output o: vec<K> = k }`).diagnostics.map(
    (d) => d.code,
  )

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

test('a second sequence', () => {
  const { inputs } = layerOf('mixer a { input q: scalar over s output o: scalar over s = q }')
  expect(inputs[0].over).toBe('s')
})

test.each([
  ['input c: complex scalar in [0, 1]', ['complex-value']],
  ['input a: vec<K> where norm(a)', ['not-a-condition']],
  ['input a: vec<K> where norm(a) <= 1 && norm(k) <= 1', ['promise-unclear']],
  ['param a: vec<K> where norm(b) <= 1', ['unknown-name']],
])('%s', (members, expected) => {
  expect(codes(members)).toEqual(expected)
})
