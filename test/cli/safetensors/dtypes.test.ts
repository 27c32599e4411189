import { expect, test } from 'vitest'
import {
  dtypeBytes,
  fromF16,
  isDtype,
  isFloat,
  isReadable,
  valuesOf,
  type Dtype,
} from '../../../cli/safetensors/dtypes.ts'

test('binary16', () => {
  const cases = [
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65_504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x3555, 0.333251953125],
  ]
  for (const [bits, value] of cases) expect(fromF16(bits)).toBe(value)
  expect(fromF16(0x7e00)).toBeNaN()
  expect(Object.is(fromF16(0x8000), -0)).toBe(true)
})

const bytesOf = (values: ArrayBufferView): Uint8Array => {
  // One byte further on, so that nothing is aligned.
  const bytes = new Uint8Array(values.byteLength + 1)
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 1)
  return bytes.subarray(1)
}

test.each<readonly [Dtype, ArrayBufferView, readonly number[]]>([
  ['F64', Float64Array.of(0.1, -3), [0.1, -3]],
  ['F32', Float32Array.of(0.5, NaN), [0.5, NaN]],
  ['F16', Uint16Array.of(0x3c00, 0x7c00), [1, Infinity]],
  ['BF16', Uint16Array.of(0x3f80, 0xc0a0, 0x7f80), [1, -5, Infinity]],
  ['I64', BigInt64Array.of(-1n, 9_007_199_254_740_991n), [-1, 9_007_199_254_740_991]],
  ['U64', BigUint64Array.of(5n), [5]],
  ['I32', Int32Array.of(-7), [-7]],
  ['U32', Uint32Array.of(4_000_000_000), [4_000_000_000]],
  ['I16', Int16Array.of(-300), [-300]],
  ['U16', Uint16Array.of(65_535), [65_535]],
  ['I8', Int8Array.of(-128), [-128]],
  ['U8', Uint8Array.of(255), [255]],
  ['BOOL', Uint8Array.of(0, 1, 7), [0, 1, 1]],
])('%s', (dtype, values, wanted) => {
  expect([...valuesOf(dtype, bytesOf(values), Float64Array)]).toEqual(wanted)
  expect(isReadable(dtype)).toBe(true)
  expect(isFloat(dtype)).toBe(['F64', 'F32', 'F16', 'BF16'].includes(dtype))
})

test('f64 is rounded to f32', () => {
  expect(valuesOf('F64', bytesOf(Float64Array.of(0.1)), Float32Array)[0]).toBe(Math.fround(0.1))
})

test('dtypes are those of the table', () => {
  for (const dtype of Object.keys(dtypeBytes)) expect(isDtype(dtype)).toBe(true)
  for (const other of ['toString', '__proto__', '', 'f32', 4, undefined]) expect(isDtype(other)).toBe(false)
  expect(isReadable('F8_E4M3')).toBe(false)
})
