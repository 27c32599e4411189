import { fail, printBytes } from '../errors.ts'
import {
  byteLength,
  disposeKey,
  elementCount,
  type GpuTensor,
  type Tensor,
  type TensorData,
  type TensorElement,
} from '../tensor.ts'
import { contextOf, usage } from './context.ts'

/** A new tensor on the GPU: zeros, or a copy of `data`. Its memory is given back by `destroy`. */
export const gpuTensor = (
  device: GPUDevice,
  shape: readonly number[],
  options: { readonly element?: TensorElement; readonly data?: TensorData; readonly label?: string } = {},
): GpuTensor => {
  const bytes = 4 * elementCount(shape)
  if (bytes > device.limits.maxBufferSize)
    fail(
      'binding-too-large',
      `a tensor of ${printBytes(bytes)} does not fit a buffer of this device (${printBytes(device.limits.maxBufferSize)})`,
    )
  const buffer = device.createBuffer({
    label: options.label,
    size: Math.max(bytes, 4),
    usage: usage.storage | usage.copySource | usage.copyTarget,
  })
  const element = options.element ?? (options.data instanceof Int32Array ? 'i32' : 'f32')
  const tensor = over(device, buffer, shape, element, 0, true)
  if (options.data) tensor.write(options.data)
  return tensor
}

/**
 * A tensor over a buffer of the caller's, from `offset` bytes on (a multiple of 256). The buffer needs the usages
 * STORAGE, and COPY_SRC and COPY_DST where it is read or written from the host; `destroy` leaves it alone.
 */
export const wrapBuffer = (
  device: GPUDevice,
  buffer: GPUBuffer,
  shape: readonly number[],
  options: { readonly element?: TensorElement; readonly offset?: number } = {},
): GpuTensor => {
  const { element = 'f32', offset = 0 } = options
  const bytes = 4 * elementCount(shape)
  const alignment = device.limits.minStorageBufferOffsetAlignment
  if (offset % alignment !== 0)
    fail(
      'tensor-not-bindable',
      `a tensor in a buffer starts at a multiple of ${alignment} bytes, not at ${offset}`,
    )
  if (offset + bytes > buffer.size)
    fail(
      'shape-mismatch',
      `the buffer holds ${buffer.size} bytes, too few for the ${bytes} of the tensor at offset ${offset}`,
    )
  if ((buffer.usage & usage.storage) === 0)
    fail('tensor-not-bindable', 'the buffer was created without the usage STORAGE')
  return over(device, buffer, shape, element, offset, false)
}

/** The tensor's values on the device: itself where it lies there, else a copy. */
export const toDevice = (device: GPUDevice, tensor: Tensor): GpuTensor =>
  tensor.kind === 'gpu'
    ? tensor
    : gpuTensor(device, tensor.shape, { element: tensor.element, data: tensor.data })

/** The values of several tensors of one device, in one round trip. */
export const readTensors = async (
  device: GPUDevice,
  tensors: readonly GpuTensor[],
): Promise<readonly TensorData[]> => {
  const context = contextOf(device)
  context.check()
  for (const { destroyed, buffer } of tensors) {
    if (destroyed) fail('tensor-destroyed', 'the tensor was destroyed')
    if ((buffer.usage & usage.copySource) === 0)
      fail('tensor-not-bindable', 'the buffer cannot be read: it was created without the usage COPY_SRC')
  }
  const total = tensors.reduce((bytes, tensor) => bytes + byteLength(tensor), 0)
  if (total === 0) return tensors.map((tensor) => arrayOf(tensor.element, new ArrayBuffer(0)))
  const staging = context.takeStaging(total)
  const encoder = device.createCommandEncoder({ label: 'read' })
  let at = 0
  for (const tensor of tensors) {
    const bytes = byteLength(tensor)
    if (bytes > 0) encoder.copyBufferToBuffer(tensor.buffer, tensor.offset, staging, at, bytes)
    at += bytes
  }
  device.queue.submit([encoder.finish()])
  await context.wait(staging.mapAsync(0x1, 0, total))
  const range = staging.getMappedRange(0, total)
  at = 0
  const values = tensors.map((tensor) => {
    const bytes = byteLength(tensor)
    at += bytes
    return arrayOf(tensor.element, range.slice(at - bytes, at))
  })
  staging.unmap()
  context.giveStaging(staging)
  return values
}

const arrayOf = (element: TensorElement, buffer: ArrayBuffer): TensorData =>
  element === 'f32' ? new Float32Array(buffer) : new Int32Array(buffer)

const over = (
  device: GPUDevice,
  buffer: GPUBuffer,
  shape: readonly number[],
  element: TensorElement,
  offset: number,
  owned: boolean,
): GpuTensor => {
  let destroyed = false
  const destroy = (): void => {
    if (owned && !destroyed) buffer.destroy()
    destroyed = true
  }
  const tensor: GpuTensor = {
    kind: 'gpu',
    device,
    buffer,
    offset,
    shape: [...shape],
    element,
    get destroyed() {
      return destroyed
    },
    read: async () => (await readTensors(device, [tensor]))[0],
    write: (data) => {
      if (destroyed) fail('tensor-destroyed', 'the tensor was destroyed')
      if (data.length !== elementCount(shape))
        fail('shape-mismatch', `the tensor holds ${elementCount(shape)} values, not ${data.length}`)
      if (data instanceof Int32Array !== (element === 'i32'))
        fail('dtype-mismatch', `the tensor holds ${element} values`)
      if ((buffer.usage & usage.copyTarget) === 0)
        fail('tensor-not-bindable', 'the buffer cannot be written: it was created without the usage COPY_DST')
      device.queue.writeBuffer(buffer, offset, data as TensorData & ArrayBufferView<ArrayBuffer>)
    },
    destroy,
    [disposeKey]: destroy,
  }
  return tensor
}
