import { expect, test } from 'vitest'
import { asTensor, byteLength, hostTensor } from '../../runtime/tensor.ts'

test('f32 and i32 arrays are taken as they are, others converted', () => {
  const floats = Float32Array.of(1, 2)
  expect(hostTensor(floats, [2]).data).toBe(floats)
  const ints = Int32Array.of(1, 2)
  expect(hostTensor(ints, [1, 2])).toMatchObject({ element: 'i32', data: ints })
  expect(hostTensor(Float64Array.of(0.1), []).data).toEqual(Float32Array.of(0.1))
  expect(hostTensor([true, false], [2], 'i32').data).toEqual(Int32Array.of(1, 0))
  expect(hostTensor(BigInt64Array.of(3n), [1], 'i32').data).toEqual(Int32Array.of(3))
})

test('a shape that does not fit its values is refused', () => {
  expect(() => hostTensor([1, 2, 3], [2, 2])).toThrow('the shape [2, 2] needs 4 values, not 3')
  expect(() => hostTensor([], [])).toThrow('needs 1 values, not 0')
})

test('reading gives a copy', async () => {
  const tensor = hostTensor([1, 2], [2])
  const values = await tensor.read()
  values[0] = 9
  expect(tensor.data[0]).toBe(1)
})

test('a tensor is itself, data with a shape becomes one', () => {
  const tensor = hostTensor([1], [1])
  expect(asTensor(tensor, 'f32')).toBe(tensor)
  expect(asTensor({ data: [1, 0], shape: [2] }, 'i32')).toMatchObject({ kind: 'host', element: 'i32' })
  expect(byteLength(tensor)).toBe(4)
  expect(byteLength(hostTensor([], [2, 0]))).toBe(0)
})
