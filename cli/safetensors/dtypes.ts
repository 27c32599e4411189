/** Bytes per value of every dtype that a safetensors file may hold here. */
export const dtypeBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
} as const

export type Dtype = keyof typeof dtypeBytes

export const isDtype = (name: unknown): name is Dtype =>
  typeof name === 'string' && Object.hasOwn(dtypeBytes, name)

/** The values of a binary16, by the bits. */
export const fromF16 = (bits: number): number => {
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  const sign = bits & 0x8000 ? -1 : 1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Every value of these dtypes as a double, by the bytes, little-endian. */
const readers: { readonly [D in Dtype]?: (view: DataView, at: number) => number } = {
  F64: (view, at) => view.getFloat64(at, true),
  F32: (view, at) => view.getFloat32(at, true),
  F16: (view, at) => fromF16(view.getUint16(at, true)),
  BF16: (view, at) => {
    scratch.setUint32(0, view.getUint16(at, true) << 16)
    return scratch.getFloat32(0)
  },
  I64: (view, at) => Number(view.getBigInt64(at, true)),
  I32: (view, at) => view.getInt32(at, true),
  I16: (view, at) => view.getInt16(at, true),
  I8: (view, at) => view.getInt8(at),
  U64: (view, at) => Number(view.getBigUint64(at, true)),
  U32: (view, at) => view.getUint32(at, true),
  U16: (view, at) => view.getUint16(at, true),
  U8: (view, at) => view.getUint8(at),
  BOOL: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
}

const scratch = new DataView(new ArrayBuffer(4))

export const isFloat = (dtype: Dtype): boolean =>
  dtype === 'F64' || dtype === 'F32' || dtype === 'F16' || dtype === 'BF16'

/** Whether `valuesOf` knows the dtype. */
export const isReadable = (dtype: Dtype): boolean => readers[dtype] !== undefined

/** The values in an array of the wanted kind; whole numbers beyond 2^53 lose their last digits. */
export const valuesOf = <A extends Float32Array | Float64Array>(
  dtype: Dtype,
  bytes: Uint8Array,
  array: new (length: number) => A,
): A => {
  const size = dtypeBytes[dtype]
  const values = new array(bytes.byteLength / size)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = readers[dtype]
  if (!read) throw new Error(`this is a fault of Mix, please report it: ${dtype} is not read`)
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * size)
  return values
}
