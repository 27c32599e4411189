import { expect, test } from 'vitest'
import { openDevice } from '../../../cli/host/device.ts'
import { hasVulkanLoader } from '../../../cli/host/vulkan.ts'
import { gpuTensor } from '../../../runtime/webgpu/tensor.ts'
import { withoutDevice } from '../../support/device.ts'

test('the CPU is always there', async () => {
  expect(await openDevice('cpu')).toEqual({ kind: 'cpu', name: 'JavaScript on the CPU' })
})

test.skipIf(withoutDevice)('a device that works, with a name for people', async () => {
  const host = await openDevice('auto')
  if (host.kind !== 'gpu') throw new Error('reason' in host ? host.reason : host.kind)
  expect(host.name).toMatch(/\w/)
  expect(host.name.includes('(software)')).toBe(host.software)
  const tensor = gpuTensor(host.device, [3], { data: Float32Array.of(1, 2, 3) })
  expect([...(await tensor.read())]).toEqual([1, 2, 3])
  host.close()
})

test.skipIf(withoutDevice)('limits are the default ones unless asked', async () => {
  const plain = await openDevice('gpu')
  const more = await openDevice('gpu', {
    limits: ['maxStorageBufferBindingSize', 'maxBufferSize'],
    features: ['timestamp-query', 'shader-f16'],
  })
  if (plain.kind !== 'gpu' || more.kind !== 'gpu') throw new Error('no device')
  expect(plain.device.limits.maxStorageBufferBindingSize).toBe(2 ** 27)
  expect(more.device.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(2 ** 27)
  plain.close()
  more.close()
})

test.skipIf(withoutDevice || process.platform !== 'linux')(
  'without a loader the reason says what helps',
  async () => {
    const before = process.env.LD_LIBRARY_PATH
    delete process.env.LD_LIBRARY_PATH
    try {
      if (hasVulkanLoader()) return
      const host = await openDevice('gpu')
      expect(host).toMatchObject({
        kind: 'none',
        reason: expect.stringContaining('starts with LD_LIBRARY_PATH='),
      })
      expect(await openDevice('auto')).toMatchObject({
        kind: 'cpu',
        reason: expect.stringContaining('no GPU'),
      })
    } finally {
      if (before !== undefined) process.env.LD_LIBRARY_PATH = before
    }
  },
)
