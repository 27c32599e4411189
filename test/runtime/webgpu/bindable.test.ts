import { expect, test } from 'vitest'
import { checkSizes } from '../../../runtime/webgpu/bindable.ts'
import { decayedSum } from '../../support/decayed-sum.ts'

// No memory behind them: what is tested is arithmetic.
const device = { limits: { maxStorageBufferBindingSize: 4000, maxBufferSize: 8000 } } as GPUDevice
const tensor = (...shape: number[]) => ({ shape }) as never
const call = (B: number, T: number, stateHeads: number, mask = false) => ({
  sizes: { batch: B, tokens: T, heads: 2, groups: {} },
  sequences: B,
  stateHeads: { S: stateHeads },
  inputs: { x: tensor(B, T, 1, 5), a: tensor(B, T, 1), u: tensor(2, 5) },
  states: {},
  mask: mask ? tensor(B, T) : undefined,
  out: {},
  inPlace: false,
  resident: false,
})
const manifest = decayedSum(5, 4)
const huge = { ...manifest, states: [{ ...manifest.states[0], shape: [501] }] }
const check =
  (...args: Parameters<typeof call>) =>
  () =>
    checkSizes(manifest, device, call(...args))

test('tensors that fit pass', () => {
  expect(check(1, 100, 2)).not.toThrow()
})

test('an output is checked as well as inputs', () => {
  expect(check(1, 101, 2)).toThrow(
    'o of decayed_sum takes 4.04 kB, the device binds at most 4 kB: run fewer tokens or sequences at once',
  )
  expect(check(1, 201, 2)).toThrow('x of decayed_sum takes 4.02 kB')
})

test('a state is bound stretch by stretch unless its heads move', () => {
  // 150 sequences: 6000 bytes of state.
  expect(check(150, 0, 2)).not.toThrow()
  expect(check(150, 0, 1)).toThrow('S of decayed_sum takes 6 kB, the device binds at most 4 kB')
  expect(check(250, 0, 2)).toThrow('S of decayed_sum takes 10 kB, the device holds at most 8 kB')
  expect(() => checkSizes(huge, device, call(1, 0, 2))).toThrow(
    'S of decayed_sum takes 4.008 kB, the device binds',
  )
})
