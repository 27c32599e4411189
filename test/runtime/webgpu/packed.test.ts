import { expect, test } from 'vitest'
import { usage } from '../../../runtime/webgpu/context.ts'
import { packBuffer } from '../../../runtime/webgpu/packed.ts'

/** Enough of a device to see what is written. */
const memory = () => {
  let bytes = new ArrayBuffer(0)
  const device = {
    createBuffer: ({ size, usage }: { size: number; usage: number }) => {
      bytes = new ArrayBuffer(size)
      return { size, usage, getMappedRange: () => bytes, unmap: () => {} }
    },
  } as never
  return { device, at: (offset: number, count: number) => [...new Int32Array(bytes, offset, count)] }
}

test('tables lie one after another, each where it may be bound', () => {
  const { device, at } = memory()
  const long = Int32Array.from({ length: 70 }, (_, i) => i)
  const { slices, buffer } = packBuffer(device, 'tables', 'storage', [
    Int32Array.of(1, 2),
    long,
    new Int32Array(0),
  ])
  expect(slices.map(({ offset, size }) => [offset, size])).toEqual([
    [0, 8],
    [256, 280],
    [768, 4],
  ])
  expect(at(0, 3)).toEqual([1, 2, 0])
  expect(at(256, 70)).toEqual([...long])
  expect(buffer.size).toBe(1024)
  expect(buffer.usage & usage.storage).toBeTruthy()
})

test('uniforms are as large as a multiple of 16', () => {
  const { device } = memory()
  const { slices, buffer } = packBuffer(device, 'uniforms', 'uniform', [
    Int32Array.of(1, 2, 3, 4, 5),
    Int32Array.of(1),
  ])
  expect(slices.map(({ offset, size }) => [offset, size])).toEqual([
    [0, 32],
    [256, 16],
  ])
  expect(buffer.usage & usage.uniform).toBeTruthy()
})

test('no tables at all', () => {
  expect(packBuffer(memory().device, 'none', 'uniform', []).buffer.size).toBeGreaterThan(0)
})
