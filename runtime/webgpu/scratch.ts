import { usage } from './context.ts'
import type { Slice } from './dispatch.ts'

/** Scratch buffers by name, shared by all calls of a layer. */
export interface ScratchPool {
  /** At least so many bytes; what was there before is lost where the buffer has to grow. */
  readonly take: (name: string, bytes: number) => Slice
  readonly destroy: () => void
}

export const scratchPool = (device: GPUDevice): ScratchPool => {
  const buffers = new Map<string, GPUBuffer>()
  return {
    take: (name, bytes) => {
      let buffer = buffers.get(name)
      if (!buffer || buffer.size < bytes) {
        // Work that was submitted keeps what it needs.
        buffer?.destroy()
        buffer = device.createBuffer({ label: name, size: Math.max(bytes, 4), usage: usage.storage })
        buffers.set(name, buffer)
      }
      return { buffer, offset: 0, size: Math.max(bytes, 4) }
    },
    destroy: () => {
      for (const buffer of buffers.values()) buffer.destroy()
      buffers.clear()
    },
  }
}
