import { expect, test } from 'vitest'
import { checked, layerOf } from '../../support/layer.ts'

const codes = (members: string): readonly string[] =>
  checked(
    `mixer a { dim K = 4 input k: vec<K> param u: scalar param P: vec<K> param C: complex vec<K> ${members} S[t] = k output o: vec<K> = k }`,
  ).diagnostics.map((d) => d.code)

test('a state starts from zero, or from a param', () => {
  const { states } = layerOf(`mixer a { dim K = 4 param P: vec<K> state S: vec<K> = P state R: vec<K>
    S[t] = S[t-1] R[t] = R[t-1] output o: vec<K> = S[t] + R[t] }`)
  expect(states.map((s) => [s.name, s.initial])).toEqual([
    ['S', 'P'],
    ['R', undefined],
  ])
})

test.each([
  ['state S: complex vec<K> = P', []],
  ['state S: vec<K> = C', ['shape-mismatch']],
  ['state S: vec<K> = u', ['shape-mismatch']],
  ['state S: vec<K> = k', ['initial-not-param']],
  ['state S: vec<K> = 0', ['initial-not-param']],
  ['state S: vec<K> = Q', ['unknown-name']],
])('%s', (members, expected) => {
  expect(codes(members)).toEqual(expected)
})
