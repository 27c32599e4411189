import { beforeAll, expect, test as anyTest } from 'vitest'
import { hostTensor } from '../../../runtime/tensor.ts'
import { usage } from '../../../runtime/webgpu/context.ts'
import { gpuTensor, readTensors, toDevice, wrapBuffer } from '../../../runtime/webgpu/tensor.ts'
import { testDevice, withoutDevice } from '../../support/device.ts'

const test = anyTest.skipIf(withoutDevice)
let device: GPUDevice
beforeAll(async () => {
  if (!withoutDevice) device = await testDevice()
})

test('zeros, values, and values written later', async () => {
  const tensor = gpuTensor(device, [2, 2])
  expect([...(await tensor.read())]).toEqual([0, 0, 0, 0])
  tensor.write(Float32Array.of(1, 2, 3, 4))
  expect([...(await tensor.read())]).toEqual([1, 2, 3, 4])
  const ints = gpuTensor(device, [2], { data: Int32Array.of(-1, 7) })
  expect(await ints.read()).toEqual(Int32Array.of(-1, 7))
})

test('a tensor without values', async () => {
  expect((await gpuTensor(device, [0, 4]).read()).length).toBe(0)
})

test('several are read in one go, overlapping reads too', async () => {
  const a = gpuTensor(device, [2], { data: Float32Array.of(1, 2) })
  const b = gpuTensor(device, [1], { data: Int32Array.of(3) })
  const empty = gpuTensor(device, [0])
  const reads = await Promise.all([readTensors(device, [a, empty, b]), a.read(), readTensors(device, [b])])
  expect(reads).toEqual([
    [Float32Array.of(1, 2), new Float32Array(0), Int32Array.of(3)],
    Float32Array.of(1, 2),
    [Int32Array.of(3)],
  ])
})

test('a destroyed tensor says so', async () => {
  let outside
  {
    using tensor = gpuTensor(device, [1])
    outside = tensor
  }
  expect(outside.destroyed).toBe(true)
  await expect(outside.read()).rejects.toMatchObject({ code: 'tensor-destroyed' })
  expect(() => outside.write(new Float32Array(1))).toThrow('destroyed')
  outside.destroy()
})

test('a buffer of the caller is looked at from an offset, and left alone', async () => {
  const buffer = device.createBuffer({
    size: 512,
    usage: usage.storage | usage.copySource | usage.copyTarget,
  })
  device.queue.writeBuffer(buffer, 256, Float32Array.of(5, 6))
  const tensor = wrapBuffer(device, buffer, [2], { offset: 256 })
  expect([...(await tensor.read())]).toEqual([5, 6])
  tensor.destroy()
  expect([...(await wrapBuffer(device, buffer, [2], { offset: 256 }).read())]).toEqual([5, 6])
  expect(() => wrapBuffer(device, buffer, [2], { offset: 4 })).toThrow('a multiple of 256 bytes, not at 4')
  expect(() => wrapBuffer(device, buffer, [65], { offset: 256 })).toThrow('too few')
  buffer.destroy()
})

test('a buffer without the usage it needs is refused', async () => {
  const unbindable = device.createBuffer({ size: 4, usage: usage.copySource })
  expect(() => wrapBuffer(device, unbindable, [1])).toThrow('STORAGE')
  const closed = wrapBuffer(device, device.createBuffer({ size: 4, usage: usage.storage }), [1])
  await expect(closed.read()).rejects.toThrow('COPY_SRC')
  expect(() => closed.write(new Float32Array(1))).toThrow('COPY_DST')
})

test('what does not fit is refused', () => {
  const tensor = gpuTensor(device, [2])
  expect(() => tensor.write(new Float32Array(3))).toThrow('holds 2 values, not 3')
  expect(() => tensor.write(new Int32Array(2))).toThrow('f32')
  expect(() => gpuTensor(device, [device.limits.maxBufferSize])).toThrow('does not fit a buffer')
})

test('to the device and back', async () => {
  const host = hostTensor([1, 2], [2])
  const tensor = toDevice(device, host)
  expect(await tensor.read()).toEqual(host.data)
  expect(toDevice(device, tensor)).toBe(tensor)
})
