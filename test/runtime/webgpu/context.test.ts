import { afterEach, expect, test as anyTest, vi } from 'vitest'
import { openDevice } from '../../../cli/host/device.ts'
import { contextOf, setWaiter } from '../../../runtime/webgpu/context.ts'
import { testDevice, withoutDevice } from '../../support/device.ts'

const test = anyTest.skipIf(withoutDevice)
afterEach(() => {
  vi.restoreAllMocks()
})

test('one context for each device', async () => {
  const device = await testDevice()
  expect(contextOf(device)).toBe(contextOf(device))
})

test('staging buffers are used again, unless they are far too large', async () => {
  const { takeStaging, giveStaging } = contextOf(await testDevice())
  const buffer = takeStaging(1000)
  giveStaging(buffer)
  expect(takeStaging(900)).toBe(buffer)
  giveStaging(buffer)
  const huge = takeStaging(10_000_000)
  giveStaging(huge)
  const small = takeStaging(16)
  expect(small).not.toBe(huge)
  giveStaging(small)
})

test('only a few staging buffers are kept', async () => {
  const { takeStaging, giveStaging } = contextOf(await testDevice())
  const taken = Array.from({ length: 8 }, () => takeStaging(64))
  const destroyed = taken.map((buffer) => vi.spyOn(buffer, 'destroy'))
  taken.forEach(giveStaging)
  expect(destroyed.filter((spy) => spy.mock.calls.length > 0).length).toBeGreaterThanOrEqual(4)
})

test('promises are waited for as the host likes it; a loss is told instead of what it makes them say', async () => {
  const host = await openDevice('gpu')
  if (host.kind !== 'gpu') throw new Error(host.kind)
  const context = contextOf(host.device)
  const waited: unknown[] = []
  setWaiter(host.device, (pending) => {
    waited.push(pending)
    return pending
  })
  expect(await context.wait(Promise.resolve(4))).toBe(4)
  expect(waited.length).toBe(1)
  await expect(context.wait(Promise.reject(new Error('other')))).rejects.toThrow('other')
  context.check()
  host.close()
  await expect(context.wait(Promise.reject(new Error('aborted')))).rejects.toMatchObject({
    code: 'device-lost',
    message: 'the GPU device was destroyed; ask the adapter for a new one and create the layer again',
  })
  expect(context.check).toThrow('destroyed')
})
