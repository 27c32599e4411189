import { expect, test } from 'vitest'
import { checked } from '../../support/layer.ts'

const problems = (members: string): readonly string[] =>
  checked(`mixer a { dim K = 4 input q: vec<K> over s input k: vec<K> param u: vec<K>
    state S: mat<K, K> S[t] = S[t-1] + k @ k.T ${members} }`).diagnostics.map((d) => d.code)

test.each([
  ['output o: vec<K> over s = S[end].T @ q * u + length', []],
  ['let f = q * u output o: vec<K> over s = f', []],
  ['output o: vec<K> over s = S[t].T @ q', ['mixed-sequences']],
  ['output o: vec<K> over s = k', ['mixed-sequences']],
  ['output o: vec<K> = q', ['mixed-sequences']],
  ['let f = q + k output o: vec<K> = f', ['mixed-sequences']],
  ['output o: vec<K> over s = q output p: vec<K> = o', ['mixed-sequences']],
  ['state R: vec<K> R[t] = R[t-1] + q output o: vec<K> = R[t]', ['mixed-sequences']],
])('%s', (members, expected) => {
  expect(problems(members)).toEqual(expected)
})

test('only a layer that looks ahead or at the end has a length', () => {
  const codes = (members: string): readonly string[] =>
    checked(`mixer a { input x: scalar state s: scalar ${members} }`).diagnostics.map((d) => d.code)
  expect(codes('s[t] = s[t-1] + x output o: scalar = s[t] / length')).toEqual(['length-causal'])
  expect(codes('s[t] = s[t-1] + x output o: scalar = s[end] / length')).toEqual([])
  expect(codes('s[t] = s[t+1] + x output o: scalar = s[t] / length')).toEqual([])
})
