import { fail, printBytes } from '../errors.ts'
import type { ExecutorCall } from '../executor.ts'
import type { Manifest } from '../manifest.ts'
import { byteLength, elementCount, type GpuTensor } from '../tensor.ts'
import type { Slice } from './dispatch.ts'

/** The tensor, if it lies on this device and lives. */
export const bindable = (device: GPUDevice, layer: string, name: string, tensor: GpuTensor): GpuTensor => {
  if (tensor.destroyed) fail('tensor-destroyed', `${name} of ${layer} is a tensor that was destroyed`)
  if (tensor.device !== device)
    fail('tensor-not-bindable', `${name} of ${layer} lies on another device than the layer`)
  return tensor
}

/** All of a tensor, as a binding. */
export const wholeOf = (tensor: GpuTensor): Slice => ({
  buffer: tensor.buffer,
  offset: tensor.offset,
  size: byteLength(tensor),
})

/** Refuse, before anything is allocated, a call whose tensors the device cannot bind or hold. */
export const checkSizes = (manifest: Manifest, device: GPUDevice, call: ExecutorCall): void => {
  const { layer } = manifest
  const { batch, tokens, heads } = call.sizes
  const check = (
    name: string,
    shape: readonly number[],
    limit: keyof GPUSupportedLimits,
    does: string,
  ): void => {
    const most = device.limits[limit] as number
    const size = 4 * elementCount(shape)
    if (size > most)
      fail(
        'binding-too-large',
        `${name} of ${layer} takes ${printBytes(size)}, the device ${does} at most ${printBytes(most)}: run fewer ` +
          `tokens or sequences at once and carry the state on, or ask for a device with a larger ${limit}`,
      )
  }
  const binding = (name: string, shape: readonly number[]): void =>
    check(name, shape, 'maxStorageBufferBindingSize', 'binds')
  for (const [name, tensor] of Object.entries(call.inputs)) binding(name, tensor.shape)
  if (call.mask) binding('mask', call.mask.shape)
  for (const { name, shape } of manifest.outputs) binding(name, [batch, tokens, heads, ...shape])
  for (const { name, shape, initial } of manifest.states) {
    const full = [call.sequences, heads, ...shape]
    // Only where heads are spread or picked is a state bound as a whole.
    if (call.stateHeads[name] !== heads || (initial !== undefined && !call.states[name])) binding(name, full)
    else {
      binding(name, [1, heads, ...shape])
      check(name, full, 'maxBufferSize', 'holds')
    }
  }
}
