import { afterEach, beforeEach, expect, test as anyTest, vi } from 'vitest'
import { openDevice } from '../../../cli/host/device.ts'
import { createLayer } from '../../../runtime/layer.ts'
import type { FormManifest, Manifest } from '../../../runtime/manifest.ts'
import { hostTensor } from '../../../runtime/tensor.ts'
import { gpuTensor } from '../../../runtime/webgpu/tensor.ts'
import { decayedSum } from '../../support/decayed-sum.ts'
import { testDevice, withoutDevice } from '../../support/device.ts'

const test = anyTest.skipIf(withoutDevice)
const K = 4

const ones = (shape: readonly number[]) =>
  hostTensor(new Float32Array(shape.reduce((n, size) => n * size, 1)).fill(1), shape)
const call = (B: number, T: number, G = 1) => ({ x: ones([B, T, G, K]), a: ones([B, T, G]) })
const params = { u: ones([1, K]) }

let device: GPUDevice
beforeEach(async () => {
  device = await testDevice()
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** How often each of the device's functions was called while `work` ran. */
const counted = async (work: () => Promise<unknown>) => {
  const buffers = vi.spyOn(device, 'createBuffer')
  const groups = vi.spyOn(device, 'createBindGroup')
  const pipelines = vi.spyOn(device, 'createComputePipelineAsync')
  const submits = vi.spyOn(device.queue, 'submit')
  await work()
  const counts = [buffers, groups, pipelines, submits].map((spy) => spy.mock.calls.length)
  vi.restoreAllMocks()
  return { buffers: counts[0], groups: counts[1], pipelines: counts[2], submits: counts[3] }
}

test.each(['recurrent', 'chunk'] as const)('calls of the same sizes create nothing: %s', async (form) => {
  using layer = createLayer(decayedSum(K, 4), device, { params })
  const first = await counted(() => layer.forward(call(2, 20), { form }))
  expect(first.pipelines).toBeGreaterThan(0)
  for (let i = 0; i < 3; i++)
    expect(await counted(() => layer.forward(call(2, 20), { form }))).toEqual({
      buffers: 0,
      groups: 0,
      pipelines: 0,
      // One for the stages, one for the way back.
      submits: 2,
    })
})

test('steps on the GPU create nothing and wait for nothing', async () => {
  using layer = createLayer(decayedSum(K, 4), device, { params })
  const inputs = { x: gpuTensor(device, [1, 1, 2, K]), a: gpuTensor(device, [1, 1, 2]) }
  const state = { S: gpuTensor(device, [1, 2, K]) }
  const out = { o: gpuTensor(device, [1, 1, 2, K]) }
  await layer.step(inputs, state, { out })
  const counts = await counted(async () => {
    for (let i = 0; i < 5; i++) await layer.step(inputs, state, { out })
  })
  expect(counts).toEqual({ buffers: 0, groups: 0, pipelines: 0, submits: 5 })
})

test('another layer with the same manifest compiles nothing', async () => {
  const manifest = decayedSum(K, 4)
  using one = createLayer(manifest, device, { params })
  await one.forward(call(1, 3))
  using two = createLayer(manifest, device, { params })
  expect((await counted(() => two.forward(call(1, 3)))).pipelines).toBe(0)
})

test('calls of many sizes do not pile up', async () => {
  using layer = createLayer(decayedSum(K, 4), device, { params })
  const alive = new Set<GPUBuffer>()
  const create = device.createBuffer.bind(device)
  vi.spyOn(device, 'createBuffer').mockImplementation((descriptor) => {
    const buffer = create(descriptor)
    const destroy = buffer.destroy.bind(buffer)
    buffer.destroy = () => {
      alive.delete(buffer)
      return destroy()
    }
    alive.add(buffer)
    return buffer
  })
  const sizes: number[] = []
  for (let T = 1; T <= 40; T++) {
    await layer.forward(call(1, T))
    sizes.push(alive.size)
  }
  expect(sizes[39]).toBeLessThanOrEqual(sizes[19])
  layer.destroy()
  // What is left are staging buffers, which belong to the device.
  expect([...alive].filter(({ label }) => label !== 'staging')).toEqual([])
})

test('a binding that is too large is refused before anything is allocated', async () => {
  const limited = createLayer(decayedSum(K, 4), device, { params })
  const most = device.limits.maxStorageBufferBindingSize
  const T = most / 4 / K + 1
  const x = { kind: 'host', shape: [1, T, 1, K], element: 'f32', data: new Float32Array(0) } as never
  const error = await limited.forward({ x, a: ones([1, T, 1]) }).catch((e) => e)
  expect(error).toMatchObject({ code: 'binding-too-large' })
  expect(error.message).toMatch(
    /^x of decayed_sum takes 134\.2 MB, the device binds at most 134\.2 MB: run fewer tokens/,
  )
  limited.destroy()
})

test('scratch that one chunk overflows is refused in words', async () => {
  using layer = createLayer(decayedSum(K, 4), device, { params, limits: { maxBufferBytes: 60 } })
  const error = await layer.forward(call(1, 20), { form: 'chunk' }).catch((e) => e)
  expect(error).toMatchObject({ code: 'binding-too-large' })
  expect(error.message).toContain(
    'the buffer local of decayed_sum needs 64 B for one chunk of 4 tokens and 1 heads',
  )
})

test('tensors that cannot be bound are refused', async () => {
  using layer = createLayer(decayedSum(K, 4), device, { params })
  const a = gpuTensor(device, [1, 2, 1])
  const gone = gpuTensor(device, [1, 2, 1, K])
  gone.destroy()
  await expect(layer.forward({ x: gone, a })).rejects.toMatchObject({ code: 'tensor-destroyed' })
  const other = await openDevice('gpu')
  if (other.kind !== 'gpu') throw new Error(other.kind)
  const elsewhere = gpuTensor(other.device, [1, 2, 1, K])
  await expect(layer.forward({ x: elsewhere, a })).rejects.toMatchObject({ code: 'tensor-not-bindable' })
  other.close()
  // The device still works, and nothing it complained of is left over.
  await layer.forward(call(1, 2))
})

test('one tensor as input and output is refused by the device, in a message', async () => {
  using layer = createLayer(decayedSum(K, 4), device, { params })
  const both = gpuTensor(device, [1, 2, 1, K])
  const error = await layer
    .forward({ x: both, a: gpuTensor(device, [1, 2, 1]) }, { out: { o: both } })
    .catch((e) => e)
  expect(error).toMatchObject({ code: 'kernel-refused' })
  expect(error.message).toMatch(/^the device refused a call of decayed_sum/)
})

test('a kernel with a mistake is reported with its place', async () => {
  const whole = decayedSum(K, 4)
  const broken = (form: FormManifest): FormManifest => ({
    ...form,
    stages: form.stages.map((stage) => ({ ...stage, wgsl: stage.wgsl.replace('fn main', 'fn main_') })),
  })
  const manifest: Manifest = { ...whole, forms: { recurrent: broken(whole.forms.recurrent) } }
  using layer = createLayer(manifest, device, { params })
  const error = await layer.forward(call(1, 2)).catch((e) => e)
  expect(error).toMatchObject({ code: 'kernel-refused' })
  expect(error.message).toMatch(/^the kernel step of decayed_sum was refused by the device/)

  const [stage] = whole.forms.recurrent.stages
  const typo = { ...stage, wgsl: stage.wgsl.replace('let h = i32(id.y);', 'let h = nowhere;') }
  using second = createLayer(
    { ...whole, forms: { recurrent: { ...whole.forms.recurrent, stages: [typo] } } },
    device,
    { params },
  )
  const message = await second.forward(call(1, 2)).catch((e) => e.message)
  expect(message).toMatch(/\d+:\d+ .*nowhere/)
})

test('a lost device is reported, on this call and the next', async () => {
  const host = await openDevice('gpu')
  if (host.kind !== 'gpu') throw new Error(host.kind)
  const layer = createLayer(decayedSum(K, 4), host.device, { params })
  await layer.forward(call(1, 2))
  const pending = layer.forward(call(1, 2)).then(
    () => 'done',
    (e) => e.code,
  )
  const tensor = gpuTensor(host.device, [4])
  const reading = tensor.read().then(
    () => 'done',
    (e) => e.code,
  )
  host.close()
  expect(await pending).toMatch(/^(device-lost|done)$/)
  expect(await reading).toMatch(/^(device-lost|done)$/)
  await host.device.lost
  await expect(layer.forward(call(1, 2))).rejects.toMatchObject({ code: 'device-lost' })
  await expect(tensor.read()).rejects.toThrow('create the layer again')
})
