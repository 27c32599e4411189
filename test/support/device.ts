import { afterAll } from 'vitest'
import { openDevice, type HostDevice } from '../../cli/host/device.ts'

let opened: Promise<HostDevice> | undefined

/**
 * The WebGPU device that the tests of a file share. Throws with the reason where there is none: a test that wants a
 * device is not passed by a machine without one. `MIX_TEST_DEVICE=none` says that this is meant.
 */
export const testDevice = async (): Promise<GPUDevice> => {
  const host = await open()
  if (host.kind !== 'gpu') throw new Error(`no WebGPU device for the tests: ${host.reason}`)
  return host.device
}

/** For `it.skipIf`: the one way to run without a device is to ask for it. */
export const withoutDevice = process.env.MIX_TEST_DEVICE === 'none'

const open = (): Promise<HostDevice> => {
  opened ??= openDevice('gpu')
  return opened
}

afterAll(async () => {
  const host = await opened
  if (host?.kind === 'gpu') host.close()
  opened = undefined
})
