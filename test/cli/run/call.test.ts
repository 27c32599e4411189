import { expect, test } from 'vitest'
import { axesOf, placeOf, slotsOf } from '../../../cli/run/call.ts'
import { shapeOf } from '../../../compiler/reference/shape.ts'
import { layerOf } from '../../support/layer.ts'

const layer = layerOf(`mixer a {
  dim K = 4, n = 2
  input s: scalar
  input k: vec<K>[n]
  param A: mat<K, K>
  state S: mat<K, K>
  S[t] = S[t-1] + s * k[0] @ k[1].T
  output o: vec<K> = S[t] @ k[0] + A @ k[1]
}`)

test('a value has the axes that the compiled layer asks for', () => {
  for (const { type } of [...layer.inputs, ...layer.params, ...layer.states])
    expect(axesOf(type)).toHaveLength(shapeOf(type, { K: 4, n: 2 }).length)
})

test('inputs, params and states have their axes in front', () => {
  expect(slotsOf(layer).map(({ name, lead }) => `${name} ${lead.join(' ')}`)).toEqual([
    's B T H',
    'k B T H',
    'A H',
    'S N H',
  ])
})

test('a place is told as an index', () => {
  expect(placeOf(0, [2, 3])).toBe('[0, 0]')
  expect(placeOf(5, [2, 3])).toBe('[1, 2]')
  expect(placeOf(7, [1, 2, 2, 2])).toBe('[0, 1, 1, 1]')
  expect(placeOf(0, [])).toBe('')
})
