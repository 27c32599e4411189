import { expect, test } from 'vitest'
import { checked, layerOf } from '../../support/layer.ts'

test('a layer carries its comment, its name and its place', () => {
  const layer = layerOf('/// A constant.\nmixer one { output o: scalar = 1 }')
  expect([layer.name, layer.recurrentOnly, layer.span.start > 0]).toEqual(['one', false, true])
  expect(layer.doc).toContain('A constant.')
})

test('a mixer has an output', () => {
  expect(checked('mixer a { input k: scalar }').diagnostics.map((d) => d.code)).toEqual(['output-missing'])
})

test('after a shape that does not fit the state is still looked at', () => {
  const { diagnostics } = checked(`mixer a { dim K = 4, V = 3 input k: vec<K> state S: mat<K, V>
    let r = S[t-1].T @ k S[t] = sigmoid(r) * S[t-1] output o: vec<V> = S[t].T @ k }`)
  expect(diagnostics.map((d) => d.code)).toEqual(['shape-mismatch', 'state-not-linear'])
})

test('ranges are looked at once all else is well', () => {
  const text = (output: string): string =>
    `mixer a { input g: scalar in [0, 1] state S: scalar S[t] = exp(g) * S[t-1] output o: scalar = ${output} }`
  expect(checked(text('S[t]')).diagnostics.map((d) => d.code)).toEqual(['gate-out-of-range'])
  expect(checked(text('x')).diagnostics.map((d) => d.code)).toEqual(['unknown-name'])
})

test('dims that the equations tie together become a condition', () => {
  const tied = layerOf('mixer a { dim K = 4, D = 2 * K input k: vec<K> output o: vec<D> = concat(k, k) }')
  expect(tied.conditions).toHaveLength(1)
  const free = layerOf('mixer a { dim K = 4, D = 2 * K input k: vec<D> output o: vec<D> = k }')
  expect(free.conditions).toHaveLength(0)
})

test('dims that only happen to have one value stay apart', () => {
  const { diagnostics } = checked('mixer a { dim K = 4, V = K input k: vec<K> output o: vec<V> = k }')
  expect(diagnostics.map((d) => d.code)).toEqual(['shape-mismatch'])
})
