import { expect, test } from 'vitest'
import { drawCall, randomNumbers } from '../../../cli/run/draw.ts'
import { layerOf } from '../../support/layer.ts'

const layer = layerOf(`mixer a {
  dim K = 8
  input k: vec<K> where norm(k) <= 1
  input q: vec<K>
  input g: scalar in (-inf, 0]
  input b: scalar in [0, 2]
  param d: scalar in [0, inf)
  state S: vec<K>
  S[t] = exp(g) * S[t-1] + b * k
  output o: vec<K> = S[t] + d * q
}`)
const sizes = { dims: { K: 8 }, batch: 2, tokens: 50, heads: 3, seed: 1 }

test('what is drawn keeps every promise', () => {
  const { inputs, params } = drawCall(layer, sizes)
  expect(inputs.k.shape).toEqual([2, 50, 3, 8])
  expect(params.d.shape).toEqual([3])
  for (const x of inputs.g.data) expect(x).toBeLessThanOrEqual(0)
  for (const x of params.d.data) expect(x).toBeGreaterThanOrEqual(0)
  for (const x of inputs.b.data) expect(x >= 0 && x <= 2).toBe(true)
  for (let i = 0; i < inputs.k.data.length; i += 8)
    expect(Math.hypot(...inputs.k.data.subarray(i, i + 8))).toBeCloseTo(1, 5)
})

test('the same for the same seed, other for another; only what has no range is scaled', () => {
  const [a, b] = [drawCall(layer, sizes), drawCall(layer, { ...sizes, scale: 0.5 })]
  expect(drawCall(layer, sizes)).toEqual(a)
  expect(drawCall(layer, { ...sizes, seed: 2 }).inputs.q.data).not.toEqual(a.inputs.q.data)
  expect(b.inputs.g.data).toEqual(a.inputs.g.data)
  expect(b.inputs.k.data).toEqual(a.inputs.k.data)
  expect(b.inputs.q.data[7]).toBeCloseTo(a.inputs.q.data[7] / 2, 6)
})

test('random numbers are spread as they should be', () => {
  const { uniform, normal } = randomNumbers(3)
  const mean = (draw: () => number): number =>
    Array.from({ length: 4000 }, draw).reduce((a, b) => a + b) / 4000
  expect(mean(uniform)).toBeCloseTo(0.5, 1)
  expect(Math.abs(mean(normal))).toBeLessThan(0.1)
  expect(mean(() => normal() ** 2)).toBeCloseTo(1, 0)
})
