import { expect, test } from 'vitest'
import { checkFinite, checkRanges } from '../../../cli/run/check-values.ts'
import type { Call, CallTensor } from '../../../cli/run/call.ts'
import { layerOf } from '../../support/layer.ts'

const layer = layerOf(`mixer a {
  dim K = 2
  input k: vec<K> where norm(k) <= 1
  input g: scalar in (-inf, 0]
  input b: scalar in [0, 1)
  state S: vec<K>
  S[t] = exp(g) * S[t-1] + b * k
  output o: vec<K> = S[t]
}`)

const scalars = (...values: readonly number[]): CallTensor => ({
  shape: [1, values.length, 1],
  data: Float32Array.from(values),
})
const call = (inputs: Readonly<Record<string, CallTensor>>): Call => ({
  dims: { K: 2 },
  batch: 1,
  tokens: 3,
  heads: 1,
  inputs,
  params: {},
  states: {},
})
const said = (found: ReturnType<typeof checkFinite>) =>
  found.map(({ message, help }) => [message, help ?? ''])

test('the first value of each tensor that is not finite, and how many more', () => {
  const found = checkFinite(
    call({ g: scalars(0, NaN, Infinity), b: scalars(0, 0, 0), k: scalars(-Infinity, 1, 1) }),
  )
  expect(said(found)).toEqual([
    ['g[0, 1, 0] is NaN', expect.stringMatching(/^so is 1 more value of it; --allow-nonfinite/)],
    ['k[0, 0, 0] is -Infinity', expect.stringMatching(/^--allow-nonfinite/)],
  ])
})

test('the first value of each tensor that breaks a promise', () => {
  const k: CallTensor = { shape: [1, 3, 1, 2], data: Float32Array.of(1, 0, 0.6, 0.8, 3, 4) }
  const found = checkRanges(layer, call({ g: scalars(0, -5, 0.5), b: scalars(0, 1, 1), k }), 'warning')
  expect(said(found)).toEqual([
    ['k[0, 2, 0] is of norm 5, which breaks the promise norm(k) <= 1', ''],
    ['g[0, 2, 0] is 0.5, which breaks the promise g in (-inf, 0]', ''],
    ['b[0, 1, 0] is 1, which breaks the promise b in [0, 1)', 'so is 1 more value of it'],
  ])
  expect(found.map(({ severity }) => severity)).toEqual(['warning', 'warning', 'warning'])
  expect(checkRanges(layer, call({ g: scalars(1) }), 'error')[0].severity).toBe('error')
})

test('what was let through, and keys normalised in half precision, break nothing', () => {
  const k: CallTensor = { shape: [1, 1, 1, 2], data: Float32Array.of(1.001, 0) }
  expect(checkRanges(layer, call({ g: scalars(NaN, -Infinity), k }), 'error')).toEqual([])
})
