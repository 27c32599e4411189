import { expect, test } from 'vitest'
import { inputsOf, scoreOf, walkOf } from '../../../examples/state-tracking/inputs.ts'
import { cycles, parity, swaps } from '../../../examples/state-tracking/tasks.ts'

test('a walk follows the table of its group', () => {
  const { moves, elements } = walkOf(parity, 20)
  let ones = 0
  moves.forEach((move, t) => {
    ones += move
    expect(elements[t]).toBe(ones % 2)
  })
})

test('one head for each row reads one shared state', () => {
  const { inputs, states } = inputsOf(swaps, walkOf(swaps, 7), 1, 2, false)
  expect(inputs.q.shape).toEqual([1, 7, 5, 5])
  expect(inputs.k.shape).toEqual([1, 7, 1, 5])
  expect(states.S.shape).toEqual([1, 1, 5, 5])
  expect([...inputs.beta.data]).toEqual([2, 2, 2, 2, 2, 2, 2])
})

test('write strengths are cut where they may not reach 2, and steps are laid out inside the token', () => {
  const walk = walkOf(cycles, 3)
  expect([...inputsOf(cycles, walk, 2, 1, true).inputs.beta.data]).toEqual([1, 1, 1, 1, 1, 1])
  expect(inputsOf(cycles, walk, 2, 2, true).inputs.k.shape).toEqual([1, 3, 1, 2, 5])
})

test('a score counts right tokens, names the first wrong one and the distance', () => {
  const walk = { moves: [1, 0, 1], elements: [1, 1, 0] }
  const [even, odd] = parity.group.elements
  expect(scoreOf(parity, walk, [odd, odd, even].flat())).toEqual({
    correct: 1,
    firstWrong: undefined,
    deviation: 0,
  })
  expect(scoreOf(parity, walk, [odd, [0.5, 0, 0, 1], even].flat())).toEqual({
    correct: 2 / 3,
    firstWrong: 1,
    deviation: 1.5,
  })
})
