import { expect, test as anyTest } from 'vitest'
import { createLayer } from '../../../runtime/layer.ts'
import { hostTensor } from '../../../runtime/tensor.ts'
import { usage } from '../../../runtime/webgpu/context.ts'
import { gpuTensor, wrapBuffer } from '../../../runtime/webgpu/tensor.ts'
import { decayedSum } from '../../support/decayed-sum.ts'
import { testDevice, withoutDevice } from '../../support/device.ts'

const test = anyTest.skipIf(withoutDevice)
const K = 2

/** `heads` heads of x, 4 of u; ones everywhere, so that the state counts tokens. */
const call = (heads: number, T: number) => ({
  inputs: {
    x: hostTensor(new Float32Array(T * heads * K).fill(1), [1, T, heads, K]),
    a: hostTensor(new Float32Array(T).fill(1), [1, T, 1]),
  },
  params: { u: hostTensor(new Float32Array(4 * K), [4, K]) },
})

test.each([1, 2, 4])(
  'a state with %i of 4 heads: from the host, the GPU, in place, and from nothing',
  async (heads) => {
    const device = await testDevice()
    const { inputs, params } = call(heads, 3)
    using layer = createLayer(decayedSum(K, 4), device, { params })
    const values = Float32Array.from({ length: heads * K }, (_, i) => 10 * i)
    const shape = [1, heads, K]
    const after = [...values].map((value) => value + 3)

    const read = async (result: ReturnType<typeof layer.forward>) => [
      ...(await (await result).state.S.read()),
    ]
    // Twice each, since kept buffers hold the values of the call before.
    for (let i = 0; i < 2; i++) {
      expect(await read(layer.forward(inputs, { state: { S: hostTensor(values, shape) } }))).toEqual(after)
      expect(await read(layer.forward(inputs, { resident: true }))).toEqual(after.map(() => 3))
      const onGpu = gpuTensor(device, shape, { data: values })
      expect(await read(layer.forward(inputs, { state: { S: onGpu } }))).toEqual(after)
      expect([...(await onGpu.read())]).toEqual([...values])
      expect(await read(layer.forward(inputs, { state: { S: onGpu }, resident: false }))).toEqual(after)
      expect(await read(layer.forward(inputs))).toEqual(after.map(() => 3))
      expect((await layer.forward(inputs, { state: { S: onGpu }, inPlace: true })).state.S).toBe(onGpu)
      expect([...(await onGpu.read())]).toEqual(after)
      const onHost = hostTensor(values.slice(), shape)
      expect((await layer.forward(inputs, { state: { S: onHost }, inPlace: true })).state.S).toBe(onHost)
      expect([...onHost.data]).toEqual(after)
    }
  },
)

test('a state may lie in the middle of a buffer', async () => {
  const device = await testDevice()
  const { inputs, params } = call(4, 3)
  using layer = createLayer(decayedSum(K, 4), device, { params })
  const buffer = device.createBuffer({
    size: 1024,
    usage: usage.storage | usage.copySource | usage.copyTarget,
  })
  device.queue.writeBuffer(buffer, 0, new Float32Array(256).fill(5))
  const S = wrapBuffer(device, buffer, [1, 4, K], { offset: 512 })
  await layer.step(
    { x: hostTensor(new Float32Array(4 * K).fill(1), [1, 1, 4, K]), a: hostTensor([1], [1, 1, 1]) },
    { S },
  )
  const all = await wrapBuffer(device, buffer, [256]).read()
  expect([...all].map((value, i) => (i >= 128 && i < 136 ? value === 6 : value === 5)).every(Boolean)).toBe(
    true,
  )
  // Out of place, the buffer is only read.
  expect([...(await (await layer.forward(inputs, { state: { S } })).state.S.read())]).toEqual(
    Array(8).fill(9),
  )
  expect([...(await S.read())]).toEqual(Array(8).fill(6))
  buffer.destroy()
})
