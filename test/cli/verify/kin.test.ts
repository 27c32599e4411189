import { expect, test } from 'vitest'
import { chooseMixer, load } from '../../../cli/sources.ts'
import { decideKin } from '../../../cli/verify/kin.ts'
import { fixtures, layerText } from '../fixtures.ts'

const { write } = fixtures()
let count = 0

/** What becomes of the `kin:` lines of the first mixer of a text. */
const kinOf = (text: string) => {
  const loaded = load(write(`kin-${count++}.mix`, text))
  const chosen = chooseMixer(loaded, loaded.layers[0].name)
  if (!('layer' in chosen)) throw new Error('refused')
  return decideKin(chosen, loaded).map(({ equal, diagnostics }) => [
    equal,
    ...diagnostics.map(({ code }) => code),
  ])
}
const decayed = (header: string): string =>
  `${header}mixer decayed {
  dim K = 4, V = 3
  input q, k: vec<K>
  input v: vec<V>
  param gamma: scalar in (0, 1]
  state S: mat<K, V>
  S[t] = gamma * S[t-1] + k @ v.T
  output o: vec<V> = S[t].T @ q
}
`

test('kin of the library, of the same file, and of a file beside', () => {
  expect(kinOf(decayed('/// kin: linear_attention where gamma = 1\n'))).toEqual([[true]])
  expect(kinOf(decayed('/// kin: plain where gamma = 1\n') + layerText('plain'))).toEqual([[true]])
  write('beside.mix', layerText('beside'))
  expect(kinOf(decayed('/// kin: beside where gamma = 1\n'))).toEqual([[true]])
})

test('bindings may be for the inputs of either', () => {
  expect(kinOf(decayed('/// kin: gla where g = log(gamma)\n'))).toEqual([[true]])
})

test('what is not so, and what is not there', () => {
  expect(kinOf(decayed('/// kin: linear_attention where gamma = 0.9\n'))).toEqual([[false, 'kin-differs']])
  expect(kinOf(decayed('/// kin: linear_atention where gamma = 1\n'))).toEqual([[false, 'mixer-missing']])
  expect(kinOf(decayed('/// kin: linear_attention where gamma = nothing\n'))).toEqual([
    [false, 'unknown-name'],
  ])
})
