import { expect, test } from 'vitest'
import { float64 } from '../../../compiler/float64.ts'
import { prepare } from '../../../compiler/reference/sequence.ts'
import { readLayer } from '../../support/compiled.ts'

test('a prepared layer runs again and again, each time from the start', () => {
  const layer = readLayer(
    'mixer m { input x: scalar state S: scalar S[t] = S[t-1] + x output o: scalar = S[t] }',
  )
  const run = prepare(layer, {}, float64)
  const sequence = { length: 2, inputs: { x: [[1], [2]] } }
  expect(run(sequence)).toEqual(run(sequence))
  expect(run(sequence).states.S).toEqual([3])
})

test('65 536 tokens take no deep recursion', () => {
  const layer = readLayer(
    'mixer m { input x: scalar let d = x[t-1] state S: scalar S[t] = S[t-1] + d output o: scalar = S[t] }',
  )
  const inputs = { x: Array.from({ length: 65_536 }, () => [1]) }
  expect(prepare(layer, {}, float64)({ length: 65_536, inputs }).states.S).toEqual([65_535])
})
