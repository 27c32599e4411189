import { fail, printShape } from './errors.ts'

export type TensorElement = 'f32' | 'i32'
export type TensorData = Float32Array | Int32Array

/** Numbers with a shape, row-major, on the host or on a GPU. */
export type Tensor = HostTensor | GpuTensor

interface TensorBase {
  readonly shape: readonly number[]
  readonly element: TensorElement
  /** A copy of the values, on the host. */
  read(): Promise<TensorData>
  /** Give the memory back; a second time does nothing. */
  destroy(): void
  [Symbol.dispose](): void
}

export interface HostTensor extends TensorBase {
  readonly kind: 'host'
  /** The values themselves: writing here changes the tensor. */
  readonly data: TensorData
}

export interface GpuTensor extends TensorBase {
  readonly kind: 'gpu'
  readonly device: GPUDevice
  readonly buffer: GPUBuffer
  /** In bytes. */
  readonly offset: number
  readonly destroyed: boolean
  /** Overwrite the values. */
  write(data: TensorData): void
}

/** What a caller may hand over in place of a tensor. Numbers are rounded to f32; booleans are 1 and 0. */
export type TensorLike =
  Tensor | { readonly data: ArrayLike<number | bigint | boolean>; readonly shape: readonly number[] }

export const elementCount = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1)

export const byteLength = (tensor: Pick<Tensor, 'shape'>): number => 4 * elementCount(tensor.shape)

/** A tensor on the host over the given values (not a copy where they are f32 or i32 already). */
export const hostTensor = (
  values: ArrayLike<number | bigint | boolean>,
  shape: readonly number[],
  element: TensorElement = values instanceof Int32Array ? 'i32' : 'f32',
): HostTensor => {
  if (values.length !== elementCount(shape))
    fail(
      'shape-mismatch',
      `the shape ${printShape(shape)} needs ${elementCount(shape)} values, not ${values.length}`,
    )
  const data = toElement(values, element)
  return {
    kind: 'host',
    shape: [...shape],
    element,
    data,
    read: async () => data.slice(),
    destroy: () => {},
    [disposeKey]: () => {},
  }
}

/** `Symbol.dispose`, also where the platform has none yet. */
export const disposeKey: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')

export const isTensor = (value: TensorLike): value is Tensor => 'kind' in value

/** The tensor that was meant. */
export const asTensor = (value: TensorLike, element: TensorElement): Tensor =>
  isTensor(value) ? value : hostTensor(value.data, value.shape, element)

const toElement = (values: ArrayLike<number | bigint | boolean>, element: TensorElement): TensorData => {
  if (element === 'f32' && values instanceof Float32Array) return values
  if (element === 'i32' && values instanceof Int32Array) return values
  const data = element === 'f32' ? new Float32Array(values.length) : new Int32Array(values.length)
  for (let i = 0; i < data.length; i++) data[i] = Number(values[i])
  return data
}
