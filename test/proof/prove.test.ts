import { expect, test } from 'vitest'
import { casesFor, proveForm } from '../../proof/prove.ts'
import { smallDims } from '../../proof/draw.ts'
import { compiledOf, readLayer } from '../support/compiled.ts'

const text = `
  mixer m {
    dim K = 64, V = 64
    input q, k: vec<K>
    input v: vec<V>
    input g: scalar in (-inf, 0]
    input b: scalar in [0, 1]
    param u: vec<K>
    state S: mat<K, V>
    S[t] = exp(g) * (I - b * k @ k.T) @ S[t-1] + b * k @ v.T
    output o: vec<V> = S[t].T @ (q + u)
  }`
const layer = readLayer(text)
const { lowered } = compiledOf(text, { dims: smallDims(layer), chunkSize: 3 })

test('both forms compute what the layer says', () => {
  for (const form of [lowered.recurrent, lowered.chunk!]) {
    const proof = proveForm(layer, lowered, form, { rounds: 1 })
    expect(proof.difference).toBeUndefined()
    expect(proof.compared).toBeGreaterThan(500)
  }
})

test('a layer that says something else is told apart, with the place', () => {
  const other = readLayer(text.replace('b * k @ v.T', '1.000000001 * b * k @ v.T'))
  expect(proveForm(other, lowered, lowered.chunk!, { rounds: 1 }).difference).toMatchObject({
    case: 'T = 1',
    tensor: 'o',
    kind: 'differs',
    detail: 'o[0, 0, 0, 0]',
  })
})

test('the cases cover lengths around a chunk, and every way to call', () => {
  const cases = casesFor(4)
  expect(cases.filter((c) => c.name.startsWith('T')).map((c) => c.tokens)).toEqual([0, 1, 3, 4, 5, 11])
  expect(cases.some((c) => c.cuSeqlens?.some((at, i, all) => at === all[i + 1]))).toBe(true)
  for (const wanted of ['masked', 'segment', 'fewerHeads', 'initial'] as const)
    expect(cases.some((c) => c[wanted])).toBe(true)
  expect(cases.some((c) => !c.initial) && cases.some((c) => c.batch > 1)).toBe(true)
  expect(casesFor(1).map((c) => c.tokens)).not.toContain(-1)
})
