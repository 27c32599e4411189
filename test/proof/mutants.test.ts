import { expect, test } from 'vitest'
import { smallDims } from '../../proof/draw.ts'
import { mutantsOf, runMutants } from '../../proof/mutants.ts'
import { compiledOf, readLayer } from '../support/compiled.ts'

/** Feedback, a decay for each channel, and a term of its own for the current token. */
const text = `
  mixer m {
    dim K = 64, V = 64
    input q, k, g: vec<K>
    input v: vec<V>
    input b: scalar
    state S: mat<K, V>
    S[t] = (I - b * k @ k.T) @ diag(exp(g)) @ S[t-1] + b * k @ v.T
    output o: vec<V> = S[t].T @ q + b * v
  }`
const layer = readLayer(text)
const { lowered } = compiledOf(text, { dims: smallDims(layer), chunkSize: 36 })
const chunk = lowered.chunk!

test('every mutant of both forms is caught', { timeout: 300_000 }, () => {
  const results = [
    ...runMutants(layer, lowered, lowered.recurrent, { perKind: 1 }),
    ...runMutants(layer, lowered, chunk, { perKind: 1 }),
  ]
  expect(results.filter((m) => m.caughtBy === 'nobody')).toEqual([])
  const caught = results.filter((m) => m.caughtBy !== 'alike')
  expect(caught.length).toBeGreaterThanOrEqual(50)
  expect(new Set(caught.map((m) => m.kind)).size).toBeGreaterThanOrEqual(25)
  // The proof itself sees most; bounds and races are for the rest.
  expect(caught.filter((m) => m.caughtBy === 'proof').length).toBeGreaterThan(caught.length / 3)
})

test('the kinds that matter most are there', () => {
  const kinds = new Set(mutantsOf(lowered, chunk).map((m) => m.kind))
  for (const kind of [
    'drop the masks',
    'shift a slot: < for ≤',
    'swap two tensors of one shape',
    'forget a decay',
    'drop a term',
    'flip a sign',
    'ignore what an earlier stage left',
    'start from a zero state',
    'read after instead of before',
    'wrong head group',
    'forget the ragged end',
    'transpose',
  ])
    expect(kinds).toContain(kind)
})

test('the same seed breaks the same places', () => {
  const described = (seed: number) => mutantsOf(lowered, chunk, { seed }).map((m) => m.description)
  expect(described(3)).toEqual(described(3))
  expect(described(3)).not.toEqual(described(4))
})
