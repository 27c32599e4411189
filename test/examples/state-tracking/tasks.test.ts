import { expect, test } from 'vitest'
import { cycles, moduloThree, parity, swaps } from '../../../examples/state-tracking/tasks.ts'

test('the groups have the orders that they should have', () => {
  expect([parity, moduloThree, swaps, cycles].map(({ group }) => group.elements.length)).toEqual([
    2, 3, 120, 60,
  ])
})

test('two reflections are needed where a move is a turn', () => {
  expect([parity, moduloThree, swaps, cycles].map(({ reflections }) => reflections)).toEqual([1, 2, 1, 2])
})

test('three times +1 is +0', () => {
  const [, plusOne] = moduloThree.group.table
  expect(plusOne[plusOne[plusOne[0]]]).toBe(0)
  expect(plusOne[0]).not.toBe(0)
})
