import { expect, test } from 'vitest'
import { readSizes } from '../../../cli/run/read-sizes.ts'
import { layerOf } from '../../support/layer.ts'

const layer = layerOf(`mixer a {
  dim D = 4, n = 2, M = 7
  input x: vec<2 * D>
  input y: vec<D>[n]
  param u: vec<D>
  state S: vec<D>
  S[t] = S[t-1] + y[0] + u
  output o: vec<D> = S[t] + slice(x, 0, D)
}`)

const read = (
  shapes: Readonly<Record<string, readonly number[]>>,
  overrides: Readonly<Record<string, number>> = {},
  packed?: number,
) => {
  const found = readSizes(layer, new Map(Object.entries(shapes)), overrides, packed)
  return 'dims' in found ? found : found.map(({ message }) => message)
}

test('sizes come off the shapes, the others keep their defaults', () => {
  expect(read({ x: [2, 5, 3, 12], y: [2, 5, 3, 2, 6], u: [3, 6] })).toEqual({
    dims: { D: 6, n: 2, M: 7 },
    batch: 2,
    tokens: 5,
    heads: 3,
    sequences: 2,
  })
})

test('a computed size is solved for the dim that nothing else shows', () => {
  expect(read({ x: [1, 5, 1, 12] })).toMatchObject({ dims: { D: 6 } })
  expect(read({ x: [1, 5, 1, 12], u: [1, 5] })).toEqual(['2*D is 10 by u, but 12 by x'])
})

test('heads are shared where they divide', () => {
  expect(read({ x: [1, 5, 4, 8], y: [1, 5, 2, 2, 4] })).toMatchObject({ heads: 4 })
  expect(read({ x: [1, 5, 4, 8], y: [1, 5, 3, 2, 4] })).toEqual(['H is 4 by x, but 3 by y'])
  expect(read({ x: [1, 5, 4, 8], y: [1, 5, 0, 2, 4] })).toEqual(['H is 4 by x, but 0 by y'])
})

test('all that disagrees is said', () => {
  expect(read({ x: [1, 5, 1, 8], y: [2, 6, 1, 2, 4] }, { D: 3 })).toEqual([
    'B is 1 by x, but 2 by y',
    'T is 5 by x, but 6 by y',
    'D is 3 by --dim D=3, but 4 by y',
    '2*D is 6 by --dim D=3, but 8 by x',
  ])
  expect(read({ x: [1, 5, 8] })).toEqual(['the shape of x is [1, 5, 8], but [B, T, H, 2*D] is expected'])
  expect(read({ x: [1, 5, 1, 8], S: [2, 1, 4] })).toEqual(['B is 1 by x, but 2 by S'])
  expect(read({ x: [1, 5, 1, 8], S: [2, 1, 4] }, {}, 3)).toEqual(['N is 3 by cu_seqlens, but 2 by S'])
  expect(read({}, { E: 1 })).toEqual(['a has no dim E'])
})
