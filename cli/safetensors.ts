import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts'
import { reasonOf } from './host/reason.ts'
import { writeWhole } from './host/write-whole.ts'
import { dtypeBytes, isFloat, isReadable, valuesOf, type Dtype } from './safetensors/dtypes.ts'
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type StoredTensor,
} from './safetensors/format.ts'

export type { Dtype, Safetensors, StoredTensor }

/** The tensors of a file, as views of its bytes; or what is wrong with it. */
export const readSafetensors = (path: string): Safetensors | Diagnostic => {
  let bytes: Uint8Array
  try {
    bytes = readWhole(path)
  } catch (error) {
    return diagnostic('file-unreadable', { path, reason: reasonOf(error) })
  }
  const decoded = decodeSafetensors(bytes)
  return typeof decoded === 'string' ? diagnostic('safetensors-damaged', { path, reason: decoded }) : decoded
}

/** Write a file whole or not at all; gives what went wrong, if anything did. */
export const writeSafetensors = (
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata?: ReadonlyMap<string, string>,
): Diagnostic | undefined => {
  const problem = writeWhole(path, encodeSafetensors(tensors, metadata))
  return problem === undefined ? undefined : diagnostic('file-unwritable', { path, reason: problem })
}

/** A tensor to be written. */
export const storedTensor = (
  values: Float32Array | Float64Array | Int32Array | BigInt64Array,
  shape: readonly number[],
): StoredTensor => {
  const dtype: Dtype =
    values instanceof Float32Array
      ? 'F32'
      : values instanceof Float64Array
        ? 'F64'
        : values instanceof Int32Array
          ? 'I32'
          : 'I64'
  const count = shape.reduce((n, size) => n * size, 1)
  if (count * dtypeBytes[dtype] !== values.byteLength)
    throw new Error(
      `this is a fault of Mix, please report it: ${values.length} values for the shape [${shape.join(', ')}]`,
    )
  return { dtype, shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) }
}

/** The values of a floating-point tensor, rounded to f32; nothing where it is of another kind. */
export const asFloat32 = ({ dtype, bytes }: StoredTensor): Float32Array | undefined =>
  isFloat(dtype) ? valuesOf(dtype, bytes, Float32Array) : undefined

/** The values of a floating-point tensor, exactly. */
export const asFloat64 = ({ dtype, bytes }: StoredTensor): Float64Array | undefined =>
  isFloat(dtype) ? valuesOf(dtype, bytes, Float64Array) : undefined

/** The values of a whole-number or BOOL tensor; those beyond 2^53 lose their last digits. */
export const asIntegers = ({ dtype, bytes }: StoredTensor): Float64Array | undefined =>
  isReadable(dtype) && !isFloat(dtype) ? valuesOf(dtype, bytes, Float64Array) : undefined

export const isDiagnostic = (value: object): value is Diagnostic => 'severity' in value

/** `readFileSync` stops at 2 GiB. */
const readWhole = (path: string): Uint8Array => {
  // A pipe without a writer would otherwise wait for one.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new Error('it is not a file')
    const bytes = new Uint8Array(stat.size)
    let at = 0
    while (at < bytes.length) {
      const count = readSync(file, bytes, at, Math.min(bytes.length - at, 2 ** 30), null)
      if (count === 0) throw new Error('it became shorter while it was read')
      at += count
    }
    return bytes
  } finally {
    closeSync(file)
  }
}
