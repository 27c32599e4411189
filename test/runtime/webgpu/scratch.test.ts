import { expect, test } from 'vitest'
import { scratchPool } from '../../../runtime/webgpu/scratch.ts'

const counting = () => {
  const alive = new Set<object>()
  const device = {
    createBuffer: ({ size }: { size: number }) => {
      const buffer = { size, destroy: () => alive.delete(buffer) }
      alive.add(buffer)
      return buffer
    },
  } as never
  return { device, alive }
}

test('a buffer is kept while it is large enough', () => {
  const { device, alive } = counting()
  const pool = scratchPool(device)
  const first = pool.take('m', 100)
  expect(pool.take('m', 60)).toEqual({ buffer: first.buffer, offset: 0, size: 60 })
  const larger = pool.take('m', 200)
  expect(larger.buffer).not.toBe(first.buffer)
  expect([...alive]).toEqual([larger.buffer])
  expect(pool.take('other', 0).size).toBe(4)
  pool.destroy()
  expect(alive.size).toBe(0)
})
