import { fail, RuntimeError } from '../errors.ts'

/** Waits until a promise of the device is settled. */
export type Waiter = <T>(pending: Promise<T>) => Promise<T>

/** What all layers and tensors on one device share. */
export interface DeviceContext {
  readonly device: GPUDevice
  /** Throws once the device is lost. */
  readonly check: () => void
  /** Throws `device-lost` instead of what a lost device makes its promises reject with. */
  readonly wait: Waiter
  /** A buffer to read back through, kept for the next time. */
  readonly takeStaging: (bytes: number) => GPUBuffer
  readonly giveStaging: (buffer: GPUBuffer) => void
}

/** The numbers of `GPUBufferUsage`, which not every platform has as a global. */
export const usage = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 } as const

const contexts = new WeakMap<GPUDevice, DeviceContext>()
const waiters = new WeakMap<GPUDevice, Waiter>()

/** Wait for a device's promises in another way: Node's event loop, for one, spins while it waits for Dawn. */
export const setWaiter = (device: GPUDevice, waiter: Waiter): void => {
  waiters.set(device, waiter)
}

export const contextOf = (device: GPUDevice): DeviceContext => {
  const known = contexts.get(device)
  if (known) return known
  const context = createContext(device)
  contexts.set(device, context)
  return context
}

/** How many staging buffers lie waiting at most. */
const stagingKept = 4

const createContext = (device: GPUDevice): DeviceContext => {
  let lost: GPUDeviceLostInfo | undefined
  device.lost.then((info) => {
    lost = info
    staging.length = 0
  })
  const staging: GPUBuffer[] = []

  const check = (): void => {
    if (lost) fail('device-lost', lostMessage(lost))
  }

  const wait: Waiter = async (pending) => {
    const waiter = waiters.get(device)
    try {
      return await (waiter ? waiter(pending) : pending)
    } catch (error) {
      if (error instanceof RuntimeError) throw error
      // A loss rejects pending promises, and may do so just before it resolves `device.lost`.
      await Promise.race([device.lost, new Promise((resolve) => setTimeout(resolve, 50))])
      check()
      throw error
    }
  }

  return {
    device,
    check,
    wait,
    takeStaging: (bytes) => {
      const at = staging.findIndex((buffer) => buffer.size >= bytes && buffer.size <= 4 * bytes + 65_536)
      if (at >= 0) return staging.splice(at, 1)[0]
      return device.createBuffer({ label: 'staging', size: bytes, usage: usage.mapRead | usage.copyTarget })
    },
    giveStaging: (buffer) => {
      if (!lost) staging.push(buffer)
      if (staging.length > stagingKept) staging.shift()?.destroy()
    },
  }
}

const lostMessage = (info: GPUDeviceLostInfo): string =>
  info.reason === 'destroyed'
    ? 'the GPU device was destroyed; ask the adapter for a new one and create the layer again'
    : `the GPU device was lost${info.message ? ` (${info.message.trim()})` : ''}; its tensors are gone: ask for a ` +
      'new adapter and device and create the layer again, with less work in one call if this happens again'
