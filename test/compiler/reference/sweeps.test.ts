import { expect, test } from 'vitest'
import { MixError } from '../../../diagnostics/diagnostic.ts'
import { sweepsOf } from '../../../compiler/reference/sweeps.ts'
import { readLayer } from '../../support/compiled.ts'

const sweeps = (text: string): readonly string[] =>
  sweepsOf(readLayer(`mixer m { input x: scalar ${text} }`), {}).sweeps.map(
    (s) => `${s.direction} ${s.items.map((i) => i.name + (i.keep ? ' kept' : '')).join(', ')}`,
  )

test('a causal layer is one walk; lets without states are in none', () => {
  expect(sweeps('let y = 2 * x state S: scalar S[t] = S[t-1] + y output o: scalar = S[t]')).toEqual([
    'forward S, o',
  ])
})

test('what reads the end comes after it', () => {
  expect(sweeps('state S: scalar S[t] = S[t-1] + x output o: scalar = x * S[end]')).toEqual([
    'forward S',
    'forward o',
  ])
})

test('each direction has its walk, and what a later one reads is kept', () => {
  expect(sweeps('state S, R: scalar S[t] = S[t-1] + x R[t] = R[t+1] + S[t] output o: scalar = R[t]')).toEqual(
    ['forward S kept', 'backward R, o'],
  )
})

test('circles of two directions are refused', () => {
  const circle = () =>
    sweeps('state S, R: scalar S[t] = S[t-1] + R[t] R[t] = R[t+1] + S[t] output o: scalar = S[t]')
  expect(circle).toThrow(MixError)
})
