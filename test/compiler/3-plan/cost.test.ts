import { expect, test } from 'vitest'
import { compileLayer } from '../../../compiler/compile.ts'
import { costOf, crossover } from '../../../compiler/3-plan/cost.ts'
import { layerOf } from '../../support/layer.ts'

const plansOf = (update: string, size: number, chunkSize?: number) => {
  const layer = layerOf(`mixer a {
    dim K = 4
    input q, k, v: vec<K>
    input g: scalar in (-inf, 0]
    state S: mat<K, K>
    S[t] = ${update}
    output o: vec<K> = S[t].T @ q
  }`)
  const result = compileLayer(layer, { dims: { K: size }, target: { chunkSize } })
  if (result.kind === 'refused') throw new Error(result.diagnostics[0].message)
  const { recurrent, chunk } = result.compiled.plans
  return { recurrent: costOf(recurrent), chunk: costOf(chunk) }
}
const plain = 'exp(g) * S[t-1] + k @ v.T'
const delta = 'exp(g) * (I - k @ k.T) @ S[t-1] + k @ v.T'

test('a cost is the sum of its stages', () => {
  for (const cost of Object.values(plansOf(delta, 16))) {
    expect(cost.parts.reduce((sum, { flops }) => sum + flops, 0)).toBeCloseTo(cost.flops)
    expect(cost.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeCloseTo(cost.bytes)
    expect(cost.stateBytes).toBe(4 * 16 * 16)
    for (const { flops, bytes } of cost.parts) expect(flops >= 0 && bytes > 0).toBe(true)
  }
})

test('work grows with the square of the head, and a correction costs more', () => {
  const [small, large] = [plansOf(plain, 32), plansOf(plain, 64)]
  expect(large.recurrent.flops / small.recurrent.flops).toBeGreaterThan(3)
  for (const form of ['recurrent', 'chunk'] as const)
    expect(plansOf(delta, 64)[form].flops).toBeGreaterThan(large[form].flops)
})

test('the chain of the chunk form is a step a chunk and some more', () => {
  const { recurrent, chunk } = plansOf(delta, 16, 32)
  expect(recurrent.chain).toEqual({ perToken: 1, fixed: 1 })
  expect(chunk.chain.perToken).toBe(1 / 32)
  // The inverse is merged from blocks of 16.
  expect(chunk.chain.fixed - plansOf(delta, 16, 16).chunk.chain.fixed).toBe(1)
  expect(chunk.chain.fixed).toBeGreaterThan(plansOf(plain, 16, 32).chunk.chain.fixed)
})

test('the crossover is where both chains are as long', () => {
  const { recurrent, chunk } = plansOf(delta, 16, 16)
  const T = crossover(recurrent, chunk)!
  const length = ({ chain }: typeof chunk, tokens: number): number => chain.perToken * tokens + chain.fixed
  expect(length(chunk, T)).toBeLessThanOrEqual(length(recurrent, T))
  expect(length(chunk, T - 2)).toBeGreaterThan(length(recurrent, T - 2))
  expect(crossover(recurrent, recurrent)).toBeUndefined()
})
