import { usage } from './context.ts'
import type { Slice } from './dispatch.ts'

/** Slices start at multiples of this: no device asks for more. */
const alignment = 256

/** Small tables of `i32`, written once, in one buffer. Empty ones get four bytes: WebGPU binds nothing empty. */
export const packBuffer = (
  device: GPUDevice,
  label: string,
  kind: 'storage' | 'uniform',
  tables: readonly Int32Array[],
): { readonly buffer: GPUBuffer; readonly slices: readonly Slice[] } => {
  const sizeOf = (table: Int32Array): number =>
    kind === 'uniform' ? Math.ceil(table.byteLength / 16) * 16 : Math.max(table.byteLength, 4)
  let end = 0
  const places = tables.map((table) => {
    const offset = end
    end += Math.ceil(Math.max(sizeOf(table), 1) / alignment) * alignment
    return { offset, size: sizeOf(table) }
  })
  const buffer = device.createBuffer({
    label,
    size: Math.max(end, alignment),
    usage: usage[kind] | usage.copyTarget,
    mappedAtCreation: true,
  })
  const bytes = new Int32Array(buffer.getMappedRange())
  tables.forEach((table, i) => bytes.set(table, places[i].offset / 4))
  buffer.unmap()
  return { buffer, slices: places.map((place) => ({ buffer, ...place })) }
}
