import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dtypeBytes, type Dtype } from '../../../cli/safetensors/dtypes.ts'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../../cli/safetensors/format.ts'

const file = (header: unknown, data = 0): Uint8Array => {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, Buffer.alloc(data)])
}
const f32 = (shape: unknown, from: unknown, to: unknown) => ({
  dtype: 'F32',
  shape,
  data_offsets: [from, to],
})

test('a file and its tensors', () => {
  const found = decodeSafetensors(
    file({ __metadata__: { by: 'hand' }, q: f32([2, 3], 0, 24), e: f32([0, 4], 24, 24) }, 24),
  )
  if (typeof found === 'string') throw new Error(found)
  expect([...found.tensors.keys()]).toEqual(['q', 'e'])
  expect(found.tensors.get('q')).toMatchObject({ dtype: 'F32', shape: [2, 3] })
  expect(found.tensors.get('q')!.bytes.byteLength).toBe(24)
  expect(found.metadata.get('by')).toBe('hand')
})

test('an empty file of tensors', () => {
  expect(decodeSafetensors(file({}))).toMatchObject({ tensors: new Map() })
})

test('no bytes, however large the other sizes are', () => {
  expect(decodeSafetensors(file({ q: f32([2 ** 52, 2 ** 52, 0], 0, 0) }))).toMatchObject({
    metadata: new Map(),
  })
})

test('a scalar has no sizes and one value', () => {
  expect(decodeSafetensors(file({ s: f32([], 0, 4) }, 4))).toMatchObject({ metadata: new Map() })
})

const header = Buffer.from(file({ q: f32([1], 0, 4) }, 4))
test.each<readonly [string, Uint8Array, RegExp]>([
  ['nothing', Buffer.alloc(0), /0 bytes, too few/],
  ['too short for a length', Buffer.alloc(7), /7 bytes, too few/],
  [
    'a header longer than the file',
    Buffer.from([200, 0, 0, 0, 0, 0, 0, 0, 0x7b]),
    /should have 200 bytes, but only 1/,
  ],
  ['a header of 2^64 - 1 bytes', Buffer.alloc(40, 0xff), /18446744073709551615 bytes/],
  [
    'a file that is cut short',
    header.subarray(0, header.length - 1),
    /ends at 4, but there are only 3 bytes/,
  ],
  ['a header that is not JSON', file('{"q"'), /not JSON/],
  ['a header that is not UTF-8', file(Buffer.from([0x7b, 0x22, 0xff, 0x22]).toString('latin1')), /not JSON/],
  ['a header of another kind', file('[]'), /not an object/],
  ['null', file('null'), /not an object/],
  [
    'a name twice',
    file(
      '{"q":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"q":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}',
      4,
    ),
    /"q" twice/,
  ],
  [
    'a name twice, spelled differently',
    file(
      '{"q":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"\\u0071":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}',
      4,
    ),
    /"q" twice/,
  ],
  [
    'a field twice',
    file('{"q":{"dtype":"F32","dtype":"F64","shape":[],"data_offsets":[0,8]}}', 8),
    /"dtype" twice/,
  ],
  ['a tensor that is a list', file({ q: [] }), /"q" is not an object/],
  ['a tensor that is nothing', file({ q: null }), /"q" is not an object/],
  ['no dtype', file({ q: { shape: [], data_offsets: [0, 0] } }), /has no dtype/],
  ['a dtype that is unknown', file({ q: { ...f32([], 0, 4), dtype: 'F31' } }, 4), /dtype "F31"/],
  ['a dtype out of the prototype', file({ q: { ...f32([], 0, 4), dtype: 'constructor' } }, 4), /not known/],
  ['a negative size', file({ q: f32([-1], 0, 4) }, 4), /not a list of sizes/],
  ['half a size', file({ q: f32([0.5], 0, 2) }, 2), /not a list of sizes/],
  [
    'an infinite size',
    file('{"q":{"dtype":"F32","shape":[1e400],"data_offsets":[0,4]}}', 4),
    /not a list of sizes/,
  ],
  ['a size as a text', file({ q: f32(['1'], 0, 4) }, 4), /not a list of sizes/],
  ['sizes without a number', file({ q: f32([null], 0, 4) }, 4), /not a list of sizes/],
  ['more than memory holds', file({ q: f32([2 ** 40, 2 ** 40], 0, 0) }), /no memory holds/],
  ['negative offsets', file({ q: f32([1], -4, 0) }, 4), /not two places/],
  ['one offset', file({ q: { dtype: 'F32', shape: [], data_offsets: [0] } }, 4), /not two places/],
  ['offsets that go back', file({ q: f32([], 4, 0) }, 4), /ends at 0, before it begins at 4/],
  ['offsets beyond the file', file({ q: f32([2], 0, 8) }, 4), /ends at 8, but there are only 4/],
  [
    'too few bytes for the shape',
    file({ q: f32([2], 0, 4) }, 4),
    /has 4 bytes, but F32 with the shape \[2\] takes 8/,
  ],
  ['an overlap', file({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8), /"b" begins at 4, inside of another/],
  ['the same place', file({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, 4), /inside of another/],
  ['a gap', file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /from 4 to 8/],
  ['data that nothing covers', file({ a: f32([1], 0, 4) }, 5), /from 4 to 5/],
  ['metadata that is a list', file({ __metadata__: [] }), /__metadata__/],
  ['metadata with a number', file({ __metadata__: { a: 1 } }), /"a", which is not a text/],
])('%s', (name, bytes, message) => {
  const found = decodeSafetensors(bytes)
  expect(typeof found === 'string' ? found : 'ok').toMatch(message)
})

test('names out of the prototype are names like others', () => {
  const tensors = new Map<string, StoredTensor>(
    ['__proto__', 'constructor', '1', 'toString', 'é\n"', '__metadata'].map((name, i) => [
      name,
      { dtype: 'U8', shape: [i], bytes: new Uint8Array(i).fill(i) },
    ]),
  )
  const found = decodeSafetensors(Buffer.concat(encodeSafetensors(tensors)))
  if (typeof found === 'string') throw new Error(found)
  expect(new Map([...found.tensors].map(([name, { shape }]) => [name, shape]))).toEqual(
    new Map([...tensors].map(([name, { shape }]) => [name, shape])),
  )
})

test('a header that nests deeply is refused, not followed', () => {
  expect(decodeSafetensors(file(`{"q":${'['.repeat(100_000)}${']'.repeat(100_000)}}`))).toMatch(
    /not JSON|not an object/,
  )
})

test('decode after encode changes nothing, and values are aligned', () => {
  const tensor = fc
    .record({
      dtype: fc.constantFrom(...(Object.keys(dtypeBytes) as Dtype[])),
      shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
      seed: fc.integer({ min: 0, max: 255 }),
    })
    .map(({ dtype, shape, seed }): StoredTensor => {
      const length = shape.reduce((n, size) => n * size, 1) * dtypeBytes[dtype]
      return { dtype, shape, bytes: Uint8Array.from({ length }, (_, i) => (i * 7 + seed) % 256) }
    })
  fc.assert(
    fc.property(
      fc
        .array(fc.tuple(fc.string(), tensor))
        .map((entries) => new Map(entries.filter(([name]) => name !== '__metadata__'))),
      fc.array(fc.tuple(fc.string(), fc.string())).map((entries) => new Map(entries)),
      (tensors, metadata) => {
        const bytes = new Uint8Array(Buffer.concat(encodeSafetensors(tensors, metadata)))
        const found = decodeSafetensors(bytes)
        if (typeof found === 'string') throw new Error(found)
        expect(found.tensors.size).toBe(tensors.size)
        for (const [name, wanted] of tensors) {
          const { dtype, shape, bytes } = found.tensors.get(name)!
          expect({ dtype, shape, bytes: [...bytes] }).toEqual({ ...wanted, bytes: [...wanted.bytes] })
          if (bytes.length > 0) expect(bytes.byteOffset % dtypeBytes[dtype]).toBe(0)
        }
        expect(found.metadata).toEqual(metadata)
      },
    ),
    { numRuns: 60 },
  )
})

test('no bytes at all make it throw', () => {
  const good = Buffer.concat(
    encodeSafetensors(new Map([['q', { dtype: 'F32', shape: [2], bytes: new Uint8Array(8) }]])),
  )
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, cut) => {
      const bytes = Buffer.from(good)
      bytes[at] = byte
      decodeSafetensors(bytes.subarray(0, cut))
      decodeSafetensors(bytes)
    }),
    { numRuns: 400 },
  )
})
