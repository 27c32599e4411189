import { dtypeBytes, isDtype, type Dtype } from './dtypes.ts'
import { repeatedKey } from './repeated-key.ts'

/** A tensor in a file: `bytes` is a view, little-endian, row-major. */
export interface StoredTensor {
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: ReadonlyMap<string, string>
}

/** The reference implementation's bound on headers. */
const longestHeader = 100_000_000

/**
 * What a file holds, or in words why it is not a safetensors file. Nothing of it is trusted: lengths, offsets,
 * shapes and dtypes have to fit each other and cover the data without gap or overlap.
 */
export const decodeSafetensors = (file: Uint8Array): Safetensors | string => {
  if (file.byteLength < 8) return `it has ${file.byteLength} bytes, too few for the length of its header`
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(file.byteLength - 8))
    return `its header should have ${length} bytes, but only ${file.byteLength - 8} follow`
  if (length > BigInt(longestHeader)) return `its header has ${length} bytes, more than ${longestHeader}`
  const start = 8 + Number(length)
  const header = parseHeader(file.subarray(8, start))
  if (typeof header === 'string') return header
  const data = file.subarray(start)

  const tensors = new Map<string, StoredTensor>()
  const metadata = new Map<string, string>()
  const ranges: { readonly name: string; readonly begin: number; readonly end: number }[] = []
  for (const [name, entry] of header) {
    if (name === '__metadata__') {
      if (!isRecord(entry)) return 'its __metadata__ is not an object'
      for (const [key, value] of Object.entries(entry)) {
        if (typeof value !== 'string') return `its __metadata__ has ${show(key)}, which is not a text`
        metadata.set(key, value)
      }
      continue
    }
    const checked = checkEntry(entry, data.byteLength)
    if (typeof checked === 'string') return `${show(name)} ${checked}`
    const { dtype, shape, begin, end } = checked
    ranges.push({ name, begin, end })
    tensors.set(name, { dtype, shape, bytes: data.subarray(begin, end) })
  }
  const misplaced = checkRanges(ranges, data.byteLength)
  return misplaced ?? { tensors, metadata }
}

/**
 * A file's parts, to be written one after another. Wide dtypes come first, so that every tensor starts at a multiple
 * of its values' size.
 */
export const encodeSafetensors = (
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): readonly Uint8Array[] => {
  const order = [...tensors].sort(
    ([a, x], [b, y]) => dtypeBytes[y.dtype] - dtypeBytes[x.dtype] || (a < b ? -1 : a > b ? 1 : 0),
  )
  const entries: string[] = []
  const put = (key: string, value: unknown): void => {
    // Written by hand: as a key of an object `__proto__` would be lost, and `1` would move to the front.
    entries.push(`${JSON.stringify(key)}:${JSON.stringify(value)}`)
  }
  if (metadata.size > 0)
    entries.push(
      `"__metadata__":{${[...metadata].map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(',')}}`,
    )
  let end = 0
  for (const [name, { dtype, shape, bytes }] of order) {
    put(name, { dtype, shape, data_offsets: [end, end + bytes.byteLength] })
    end += bytes.byteLength
  }
  const json = new TextEncoder().encode(`{${entries.join(',')}}`)
  const header = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20)
  header.set(json, 8)
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true)
  return [header, ...order.map(([, { bytes }]) => bytes)]
}

const parseHeader = (bytes: Uint8Array): readonly (readonly [string, unknown])[] | string => {
  let json: string
  let header: unknown
  try {
    json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    header = JSON.parse(json)
  } catch {
    return 'its header is not JSON'
  }
  if (!isRecord(header)) return 'its header is not an object'
  const repeated = repeatedKey(json)
  if (repeated !== undefined) return `its header has ${show(repeated)} twice`
  return Object.entries(header)
}

const checkEntry = (
  entry: unknown,
  available: number,
):
  | { readonly dtype: Dtype; readonly shape: readonly number[]; readonly begin: number; readonly end: number }
  | string => {
  if (!isRecord(entry)) return 'is not an object'
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string') return 'has no dtype'
  if (!isDtype(dtype)) return `has the dtype ${show(dtype)}, which is not known`
  if (!Array.isArray(shape) || !shape.every(isSize)) return 'has a shape that is not a list of sizes'
  const count = shape.reduce((n: number, size: number) => n * size, 1)
  const bytes = count * dtypeBytes[dtype]
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(bytes)) return 'has a shape that no memory holds'
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize))
    return 'has data_offsets that are not two places'
  const [begin, end] = offsets as [number, number]
  if (begin > end) return `ends at ${end}, before it begins at ${begin}`
  if (end > available) return `ends at ${end}, but there are only ${available} bytes of data`
  if (end - begin !== bytes)
    return `has ${end - begin} bytes, but ${dtype} with the shape [${shape.join(', ')}] takes ${bytes}`
  return { dtype, shape, begin, end }
}

/** The tensors cover the data, each byte once. */
const checkRanges = (
  ranges: { readonly name: string; readonly begin: number; readonly end: number }[],
  available: number,
): string | undefined => {
  let covered = 0
  for (const { name, begin, end } of ranges.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < covered) return `${show(name)} begins at ${begin}, inside of another tensor`
    if (begin > covered) return `nothing covers its data from ${covered} to ${begin}`
    covered = end
  }
  return covered === available ? undefined : `nothing covers its data from ${covered} to ${available}`
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** A name out of a file, short and on one line. */
const show = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 57)}...` : name)
