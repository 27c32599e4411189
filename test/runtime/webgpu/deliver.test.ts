import { expect, test as anyTest } from 'vitest'
import { hostTensor } from '../../../runtime/tensor.ts'
import { deliver } from '../../../runtime/webgpu/deliver.ts'
import { gpuTensor } from '../../../runtime/webgpu/tensor.ts'
import { testDevice, withoutDevice } from '../../support/device.ts'

const test = anyTest.skipIf(withoutDevice)

const results = async (change: object) => {
  const device = await testDevice()
  const work = {
    steps: [],
    outputs: { o: gpuTensor(device, [2], { data: Float32Array.of(1, 2) }) },
    states: [{ name: 'S', final: gpuTensor(device, [1], { data: Float32Array.of(3) }) }],
  }
  const call = { states: {}, out: {}, inPlace: false, resident: false, ...change }
  return { work, found: await deliver(device, call as never, work as never) }
}

test('results are read back into new tensors', async () => {
  const { found } = await results({})
  expect(found.outputs.o).toMatchObject({ kind: 'host', shape: [2], data: Float32Array.of(1, 2) })
  expect(found.states.S).toMatchObject({ kind: 'host', shape: [1], data: Float32Array.of(3) })
})

test('or stay where they are', async () => {
  const { found, work } = await results({ resident: true })
  expect(found.outputs.o).toBe(work.outputs.o)
  expect(found.states.S).toBe(work.states[0].final)
})

test('or go where the caller wants them, whatever the others do', async () => {
  const o = hostTensor([0, 0], [2])
  const S = hostTensor([0], [1])
  const { found } = await results({ out: { o }, states: { S }, inPlace: true, resident: true })
  expect(found.outputs.o).toBe(o)
  expect([...o.data]).toEqual([1, 2])
  expect(found.states.S).toBe(S)
  expect([...S.data]).toEqual([3])
  const apart = await results({ states: { S: hostTensor([7], [1]) }, resident: true })
  expect(apart.found.states.S).toBe(apart.work.states[0].final)
})
