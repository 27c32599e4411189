import { expect, test } from 'vitest'
import { dimsOf } from '../../../compiler/1-check/index.ts'
import { layerOf } from '../../support/layer.ts'

const layer = layerOf(`mixer a {
  dim K = 8, V = 2 * K, n where K % 4 == 0 && (n > 1 || K < 6)
  input k: vec<K>
  input v: vec<V>
  output o: vec<K / 4> = slice(k, 0, K / 4)
  output p: vec<K - 4> = slice(k, 4, K)
  output r: scalar = sum(slice(v, 0, 10))
}`)
const result = (overrides: Readonly<Record<string, number>>): unknown => {
  const found = dimsOf(layer, overrides)
  return 'dims' in found ? found.dims : found.diagnostics.map((d) => `${d.code}: ${d.message}`)
}

test('defaults, sizes that follow from others, overrides', () => {
  expect(result({ n: 2 })).toEqual({ K: 8, V: 16, n: 2 })
  expect(result({ n: 2, K: 12 })).toEqual({ K: 12, V: 24, n: 2 })
  expect(result({ n: 2, V: 10 })).toEqual({ K: 8, V: 10, n: 2 })
})

test('a dim without a value must be given', () => {
  expect(result({})).toEqual(['dim-missing: the dim n of a has no value'])
})

test('what is no dim, and no size', () => {
  expect(result({ n: 2, k: 3 })).toEqual(['unknown-dim: a has no dim k'])
  expect(result({ n: 0 })).toEqual(['dim-invalid: the dim n is 0, but a size is a positive whole number'])
  expect(result({ n: 2.5 })).toEqual(['dim-invalid: the dim n is 2.5, but a size is a positive whole number'])
  expect(result({ n: NaN })).toHaveLength(1)
})

test('a name of every object is no dim', () => {
  expect(result({ n: 2, toString: 3 })).toEqual(['unknown-dim: a has no dim toString'])
})

test('conditions', () => {
  expect(result({ n: 2, K: 10 })).toEqual(['dim-condition: this does not hold for K = 10, n = 2'])
  expect(result({ n: 1 })).toEqual(['dim-condition: this does not hold for K = 8, n = 1'])
})

test('sizes that are computed are positive', () => {
  expect(result({ n: 2, K: 4, V: 10 })).toEqual([
    'size-not-positive: K - 4, a size of p, comes to 0, but a size is at least 1',
  ])
})

test('slices lie inside their vectors', () => {
  expect(result({ n: 2, V: 9 })).toEqual([
    'index-out-of-range: the slice is out of range: it goes from 0 to 9',
  ])
})

test('a dim that the equations need to follow another must do so', () => {
  const tied = layerOf('mixer b { dim K = 2, D = 2 * K input k: vec<K> output o: vec<D> = concat(k, k) }')
  expect(dimsOf(tied, { K: 3 })).toEqual({ dims: { K: 3, D: 6 } })
  const found = dimsOf(tied, { D: 5 })
  expect('diagnostics' in found && found.diagnostics.map((d) => d.code)).toEqual(['dim-condition'])
})

test('a component that is reshaped is not lost', () => {
  const reshaped = layerOf(
    'mixer c { dim K = 4 input k: vec<K> output o: mat<K / 2, 2> = reshape(k, K / 2, 2) }',
  )
  expect('dims' in dimsOf(reshaped)).toBe(true)
  const found = dimsOf(reshaped, { K: 5 })
  expect('diagnostics' in found && found.diagnostics.map((d) => d.message)).toEqual([
    'reshape: 5 components does not fit 4',
  ])
})
