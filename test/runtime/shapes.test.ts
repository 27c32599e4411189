import { expect, test } from 'vitest'
import { checkCall } from '../../runtime/shapes.ts'
import { hostTensor, type Tensor } from '../../runtime/tensor.ts'
import { decayedSum } from '../support/decayed-sum.ts'

const zeros = (...shape: number[]): Tensor =>
  hostTensor(new Float32Array(shape.reduce((n, s) => n * s, 1)), shape)
const inputs = { x: zeros(2, 5, 1, 3), a: zeros(2, 5, 2), u: zeros(4, 3) }
const manifest = decayedSum(3, 4)

test('sizes are read off the shapes', () => {
  const mask = hostTensor(new Int32Array(10), [2, 5])
  expect(checkCall(manifest, { inputs, states: { S: zeros(2, 2, 3) }, mask })).toEqual({
    sizes: {
      tokens: 5,
      batch: 2,
      heads: 4,
      groups: { x: 1, a: 2, u: 4 },
      cuSeqlens: undefined,
      masked: true,
    },
    sequences: 2,
    stateHeads: { S: 2 },
  })
})

test('packed sequences are counted by where they start', () => {
  const packed = { x: zeros(1, 5, 1, 3), a: zeros(1, 5, 1), u: zeros(1, 3) }
  expect(checkCall(manifest, { inputs: packed, states: {}, cuSeqlens: [0, 2, 2, 5] })).toMatchObject({
    sequences: 3,
    sizes: { batch: 1, cuSeqlens: [0, 2, 2, 5], masked: false },
  })
})

test('what does not fit names layer, tensor, wanted and found', () => {
  expect(() => checkCall(manifest, { inputs: { ...inputs, a: zeros(2, 6, 2) }, states: {} })).toThrow(
    'a of decayed_sum should have the shape [2, 5, H], not [2, 6, 2]',
  )
  expect(() => checkCall(manifest, { inputs: { ...inputs, u: zeros(3, 3) }, states: {} })).toThrow(
    "a of decayed_sum has 2 heads, which does not divide the layer's 3",
  )
  expect(() => checkCall(manifest, { inputs: { ...inputs, y: zeros(1) }, states: {} })).toThrow(
    'decayed_sum has no input y; it has x, a, u',
  )
})
