import { expect, test } from 'vitest'
import { checked, layerOf } from '../../support/layer.ts'

const codes = (members: string): readonly string[] =>
  checked(`mixer a { dim K = 4 input k: vec<K> ${members} output o: vec<K> = k }`).diagnostics.map(
    (d) => d.code,
  )

test('one for each state, in the order of the states', () => {
  const { updates } = layerOf(`mixer a { dim K = 4 input k: vec<K> state S, R: vec<K> state Q: vec<K>[2]
    for m in 0..2 { Q[m][t] = k } R[t] = k S[t] = 0 output o: vec<K> = S[t] + R[t] + Q[1][t] }`)
  expect(updates.map((u) => u.state)).toEqual(['S', 'R', 'Q'])
})

test.each([
  ['state S: vec<K>', ['update-missing']],
  ['state S: vec<K> S[t] = k S[t] = k', ['update-repeated']],
  ['k[t] = k', ['not-a-state']],
  ['Z[t] = k', ['unknown-name']],
  ['state S: vec<K> S[t-1] = k', ['update-left-side']],
  ['state S: vec<K>[2] S[t] = k', ['update-left-side']],
  ['state S: vec<K>[2] S[0][t] = k', ['update-left-side']],
  ['state S: vec<K>[2] for m in 0..2 { S[t] = k }', ['update-left-side']],
  ['state S: vec<K> for m in 0..2 { S[t] = k }', ['for-count']],
  ['state S: vec<K>[2] for m in 0..3 { S[m][t] = k }', ['for-count']],
  ['state S: vec<K>[2] for m in 1..2 { S[m][t] = k }', ['for-from-zero']],
  ['state S: vec<K> S[t] = k @ k.T', ['shape-mismatch']],
  ['state S: vec<K> S[t] = cis(k)', ['complex-value']],
  ['state S: vec<K> S[t] = k > 0', ['condition-as-number']],
  ['state S: vec<J> S[t] = k', ['unknown-name']],
])('%s', (members, expected) => {
  expect(codes(members)).toEqual(expected)
})
