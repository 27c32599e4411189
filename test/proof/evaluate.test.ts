import { expect, test } from 'vitest'
import { interpret } from '../../compiler/4-lower/interpret.ts'
import { float64 } from '../../compiler/float64.ts'
import { runForm, type FormCall } from '../../proof/evaluate.ts'
import { runningSum } from '../support/running-sum.ts'

const { lowered } = runningSum
const run = (call: FormCall<number>, form = lowered.recurrent) =>
  runForm(lowered, form, 0, (program, memory, uniforms, groups) => interpret(program, float64, memory, uniforms, groups), call) // prettier-ignore
const x = { shape: [1, 6, 1], data: [1, 2, 3, 4, 5, 6] }

test('outputs and the state after the last token', () => {
  const { outputs, states } = run({ tensors: { x }, initial: { S: { shape: [1, 1], data: [10] } } })
  expect(outputs.o).toEqual({ shape: [1, 6, 1], data: [11, 13, 16, 20, 25, 31] })
  expect(states.S).toEqual({ shape: [1, 1], data: [31] })
})

test('segments follow one another through the state', () => {
  expect(run({ tensors: { x }, limits: { maxTokens: 4 } })).toEqual(run({ tensors: { x } }))
})

test('packed sequences and padding', () => {
  expect(run({ tensors: { x }, cuSeqlens: [0, 2, 2, 6] })).toMatchObject({
    outputs: { o: { data: [1, 3, 3, 7, 12, 18] } },
    states: { S: { shape: [3, 1], data: [3, 0, 18] } },
  })
  expect(run({ tensors: { x }, mask: [1, 0, 1, 0, 0, 1] }).outputs.o.data).toEqual([1, 0, 4, 0, 0, 10])
})

test('no tokens leave the state as it was', () => {
  const empty = { shape: [2, 0, 3], data: [] }
  const { outputs, states } = run({ tensors: { x: empty } })
  expect(outputs.o.shape).toEqual([2, 0, 3])
  expect(states.S).toEqual({ shape: [2, 3], data: [0, 0, 0, 0, 0, 0] })
})

test('what no kernel wrote is undefined', () => {
  const idle = { ...lowered.recurrent, stages: [] }
  expect(run({ tensors: { x } }, idle).outputs.o.data).toEqual(new Array(6).fill(undefined))
})
