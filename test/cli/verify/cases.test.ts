import { expect, test } from 'vitest'
import { floatCases } from '../../../cli/verify/cases.ts'
import { layerOf } from '../../support/layer.ts'

const layer = layerOf(`mixer a {
  dim K = 3, V = 2
  input q: vec<K>
  input k: vec<K> where norm(k) <= 1
  input v: vec<V>
  input g: scalar in (-inf, 0]
  input b: scalar in [0, 2]
  state S: mat<K, V>
  S[t] = exp(g) * (I - b * k @ k.T) @ S[t-1] + b * k @ v.T
  output o: vec<V> = S[t].T @ q
}`)
const cases = floatCases(layer, { K: 3, V: 2 }, new Set(['g']), 4)
const named = (name: string) => cases.find((one) => one.name === name)!.call(1)

test('lengths, states, packing and padding', () => {
  expect(named('no token').tokens).toBe(0)
  expect(named('one token').states.S.shape).toEqual([1, 2, 3, 2])
  const packed = named('packed sequences')
  expect(packed.cuSeqlens!.at(-1)).toBe(packed.tokens)
  expect(packed.states.S.shape[0]).toBe(packed.cuSeqlens!.length - 1)
  expect(named('padding').mask!.shape).toEqual([2, named('padding').tokens])
})

test('decays go through the ends of their range', () => {
  const decays = (name: string): readonly number[] => [...named(name).inputs.g.data]
  expect(new Set(decays('decays at the upper end'))).toEqual(new Set([0]))
  expect(new Set(decays('decays at the lower end'))).toEqual(new Set([-1e4]))
  // Two heads: a token has two of them.
  expect(decays('decays in turn at both ends').slice(0, 6)).toEqual([0, 0, -1e4, -1e4, 0, 0])
  expect(decays('one reset in the middle').filter((g) => g === -1e4)).toHaveLength(2)
  for (const g of decays('slow decays')) expect(g).toBeCloseTo(-1e-4, 6)
  for (const g of decays('strong decays')) expect(g).toBeLessThanOrEqual(-20)
})

test('one key at every token, with every correction at full strength', () => {
  const { k, b } = named('one key throughout, at full strength').inputs
  expect([...k.data.subarray(0, 3)]).toEqual([...k.data.subarray(9, 12)])
  expect(new Set(b.data)).toEqual(new Set([2]))
})

test('a layer without decays has no cases of theirs', () => {
  expect(floatCases(layer, { K: 3, V: 2 }, new Set(), 4).length).toBeLessThan(cases.length)
})
