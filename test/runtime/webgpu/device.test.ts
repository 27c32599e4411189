import { expect, test } from 'vitest'
import { deviceOf, requestDevice } from '../../../runtime/webgpu/device.ts'

const adapter = {
  limits: { maxBufferSize: 1000, maxStorageBufferBindingSize: 500 },
  features: new Set(['timestamp-query']),
  requestDevice: async (descriptor: GPUDeviceDescriptor) => descriptor,
} as unknown as GPUAdapter
const gpu = (found: GPUAdapter | null) => ({ requestAdapter: async () => found }) as unknown as GPU

test('no WebGPU, and no adapter, say what to do', async () => {
  await expect(requestDevice()).rejects.toMatchObject({
    code: 'no-device',
    message: expect.stringContaining("createLayer(manifest, 'cpu')"),
  })
  await expect(requestDevice({}, gpu(null))).rejects.toMatchObject({
    code: 'no-device',
    message: expect.stringContaining('no adapter'),
  })
})

test('limits as far as the adapter goes, features where it has them, nothing that was not asked for', async () => {
  expect(
    await requestDevice(
      { limits: ['maxBufferSize'], features: ['shader-f16', 'timestamp-query'] },
      gpu(adapter),
    ),
  ).toEqual({ requiredLimits: { maxBufferSize: 1000 }, requiredFeatures: ['timestamp-query'] })
  expect(await deviceOf(adapter)).toEqual({ requiredLimits: {}, requiredFeatures: [] })
})
