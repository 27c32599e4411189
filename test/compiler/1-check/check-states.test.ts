import { expect, test } from 'vitest'
import { checked, layerOf } from '../../support/layer.ts'

const messages = (members: string): readonly string[] =>
  checked(`mixer a { dim K = 4 input k: vec<K> ${members} }`).diagnostics.map((d) => d.code)

test('an update runs in the direction of its equation', () => {
  const layer = layerOf(`mixer a { dim K = 4 input k: vec<K> state S, R: vec<K>
    S[t] = S[t-1] + k R[t] = 0.5 * R[t+1] + k output o: vec<K> = S[t] + R[t+1] }`)
  expect(layer.updates.map((u) => u.direction)).toEqual(['forward', 'backward'])
})

test('updates stand in the order of the states', () => {
  const layer = layerOf(`mixer a { dim K = 4 input k: vec<K> state S, R: vec<K>
    R[t] = R[t-1] + k S[t] = S[t-1] + k output o: vec<K> = S[t] + R[t] }`)
  expect(layer.updates.map((u) => u.state)).toEqual(['S', 'R'])
})

test('a state that reads another run the other way, and is not read by it', () => {
  expect(
    messages('state S, R: vec<K> R[t] = R[t+1] + k S[t] = S[t-1] + R[t] output o: vec<K> = S[t]'),
  ).toEqual([])
})

test.each([
  ['S[t] = S[t] + k', ['circular-definition']],
  ['let r = S[t] S[t] = S[t-1] + r', ['circular-definition']],
  ['S[t] = S[t-1] + o', ['circular-definition']],
  ['S[t] = S[end] + k', ['end-too-early']],
  ['S[t] = S[t-1] + S[t+1]', ['mixed-directions']],
  ['let y = 0.5 * z[t-1] let z = y S[t] = k', ['circular-definition']],
  ['let y = sum(n in 0..2: o[t-n]) S[t] = y', ['circular-definition']],
  ['let y = sum(n in 1..2: o[t-n]) S[t] = y', []],
  ['S[t] = S[t-1] * S[t-1]', ['state-not-linear']],
])('%s', (update, expected) => {
  expect(messages(`state S: vec<K> ${update} output o: vec<K> = S[t]`)).toEqual(expected)
})

test('a state is read where it runs', () => {
  expect(messages('state S: vec<K> S[t] = S[t-1] + k output o: vec<K> = S[t+1]')).toEqual(['time-index'])
  expect(messages('state S: vec<K> S[t] = S[t+1] + k output o: vec<K> = S[t-1]')).toEqual(['time-index'])
})

test('directions do not mix in a circle', () => {
  expect(
    messages('state S, R: vec<K> S[t] = S[t-1] + R[t] R[t] = R[t+1] + S[t-1] output o: vec<K> = S[t]'),
  ).toEqual(['mixed-directions'])
})

test('a recurrent mixer may do what it likes with the state before', () => {
  const { diagnostics, layers } = checked(
    'recurrent mixer a { state s: scalar s[t] = tanh(s[t-1]) output o: scalar = s[t] }',
  )
  expect(diagnostics).toEqual([])
  expect(layers[0].recurrentOnly).toBe(true)
})
