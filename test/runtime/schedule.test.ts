import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FormManifest } from '../../runtime/manifest.ts'
import {
  gridOf,
  scratchBytesOf,
  segmentsOf,
  sequenceCountOf,
  stateHeads,
  uniformsOf,
  type Sizes,
} from '../../runtime/schedule.ts'

const form = (
  chunkSize: number,
  scratch: FormManifest['scratch'] = [],
  stages: readonly { readonly x: 'chunks' | 'sequences' }[] = [{ x: 'chunks' }, { x: 'sequences' }],
): Pick<FormManifest, 'chunkSize' | 'scratch' | 'stages'> => ({
  chunkSize,
  scratch,
  stages: stages.map(({ x }) => ({
    name: x,
    workgroupSize: 1,
    bindings: [],
    uniforms: [],
    grid: { x, z: 3 },
    wgsl: '',
    js: '',
  })),
})

const dense = (batch: number, tokens: number, heads = 1): Sizes => ({ batch, tokens, heads, groups: {} })
const packed = (lengths: readonly number[], heads = 1): Sizes => {
  const cuSeqlens = [0]
  for (const length of lengths) cuSeqlens.push(cuSeqlens[cuSeqlens.length - 1] + length)
  return { batch: 1, tokens: cuSeqlens[cuSeqlens.length - 1], heads, groups: {}, cuSeqlens }
}
const wide = { maxBufferBytes: 2 ** 27, maxWorkgroups: 65_535 }

test('a dense batch is cut into chunks, the last one ragged', () => {
  const [only, ...more] = segmentsOf(form(4), dense(2, 6), wide)
  expect(more).toEqual([])
  expect([...only.chunks]).toEqual([
    0,
    0,
    4,
    0, //
    4,
    4,
    2,
    0,
    6,
    6,
    4,
    1,
    10,
    10,
    2,
    1,
  ])
  expect([...only.sequences]).toEqual([0, 2, 2, 2])
  expect(only).toMatchObject({ rows: 12, chunkCount: 4, sequenceCount: 2, firstSequence: 0 })
})

test('packed sequences may be empty', () => {
  const [only, ...more] = segmentsOf(form(4), packed([0, 5, 0, 1, 0]), wide)
  expect(more).toEqual([])
  expect([...only.chunks]).toEqual([
    0,
    0,
    4,
    1, //
    4,
    4,
    1,
    1,
    5,
    5,
    1,
    3,
  ])
  expect(only.sequenceCount).toBe(5)
  expect([1, 3, 5, 7, 9].map((i) => only.sequences[i])).toEqual([0, 2, 0, 1, 0])
})

test('no tokens give no segment', () => {
  for (const sizes of [dense(2, 0), dense(0, 7), packed([]), packed([0, 0])])
    expect([...segmentsOf(form(4), sizes, wide)]).toEqual([])
})

test('segments follow one another so that scratch fits', () => {
  const scratch = [{ name: 'r', element: 'f32', elements: 2, per: 'row' }] as const
  // Two sequences of 3 chunks each, and room for 4 chunks of rows.
  const segments = [...segmentsOf(form(4, scratch), dense(2, 12), { ...wide, scratchBytes: 16 * 2 * 4 })]
  expect(segments.map(({ chunkCount }) => chunkCount)).toEqual([4, 2])
  expect([...segments[1].chunks]).toEqual([8, 0, 4, 0, 20, 4, 4, 1])
})

test('a long sequence is cut even where nothing else asks for it', () => {
  const segments = [
    ...segmentsOf(form(4, [], [{ x: 'sequences' }]), dense(1, 100), { ...wide, maxTokens: 32 }),
  ]
  expect(segments.map(({ rows }) => rows)).toEqual([32, 32, 32, 4])
})

test('more sequences than fit a grid are taken in groups, their states bound further on', () => {
  const lengths = Array.from({ length: 300 }, (_, i) => i % 3)
  const segments = [...segmentsOf(form(4), packed(lengths), { ...wide, maxWorkgroups: 100 })]
  expect(segments.map(({ firstSequence }) => firstSequence)).toEqual([0, 64, 128, 192, 256])
  expect(segments.every(({ sequenceCount }) => sequenceCount <= 64)).toBe(true)
  expect(segments.reduce((sum, { rows }) => sum + rows, 0)).toBe(300)
})

test('every token is in one row of one chunk, in order, within the limits', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 90 }).map((lengths) => packed(lengths, 2)),
        fc
          .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 60 }))
          .map(([b, t]) => dense(b, t, 2)),
      ),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 20 }),
      (sizes, chunkSize, maxTokens, scratchBytes, maxWorkgroups) => {
        const scratch = [
          { name: 'r', element: 'f32', elements: 1, per: 'row' },
          { name: 'c', element: 'f32', elements: 3, per: 'chunk' },
        ] as const
        const limits = {
          maxBufferBytes: 2 ** 20,
          maxWorkgroups,
          scratchBytes,
          maxTokens,
          sequenceAlignment: 4,
        }
        const starts = sizes.cuSeqlens ?? Array.from({ length: sizes.batch + 1 }, (_, b) => b * sizes.tokens)
        const next = starts.slice(0, -1)
        for (const segment of segmentsOf(form(chunkSize, scratch), sizes, limits)) {
          let rows = 0
          expect(segment.chunkCount).toBe(segment.chunks.length / 4)
          expect(segment.sequences.length).toBe(2 * segment.sequenceCount)
          expect(segment.chunkCount).toBeGreaterThan(0)
          expect(segment.chunkCount).toBeLessThanOrEqual(Math.max(maxWorkgroups, 1))
          for (let s = 0; s < segment.sequenceCount; s++) {
            const [first, count] = segment.sequences.subarray(2 * s)
            for (let c = first; c < first + count; c++) {
              const [token, row, length, sequence] = segment.chunks.subarray(4 * c)
              expect(sequence).toBe(s)
              expect(row).toBe(rows)
              expect(token).toBe(next[segment.firstSequence + s])
              const end = starts[segment.firstSequence + s + 1]
              expect(length).toBe(Math.min(chunkSize, end - token))
              next[segment.firstSequence + s] += length
              rows += length
            }
          }
          expect(rows).toBe(segment.rows)
          if (segment.chunkCount > 1)
            for (const spec of scratch)
              expect(scratchBytesOf(spec, segment, 2)).toBeLessThanOrEqual(scratchBytes)
        }
        expect(next).toEqual(starts.slice(1))
      },
    ),
    { numRuns: 150 },
  )
})

test('ten thousand sequences of one token need few segments', () => {
  const scratch = [{ name: 'r', element: 'f32', elements: 64, per: 'row' }] as const
  const segments = [...segmentsOf(form(64, scratch), packed(Array(10_000).fill(1), 16), wide)]
  expect(segments.length).toBeLessThanOrEqual(2)
})

test('N counts sequences', () => {
  expect(sequenceCountOf(dense(3, 5))).toBe(3)
  expect(sequenceCountOf(packed([1, 0, 2]))).toBe(3)
  expect(sequenceCountOf({ batch: 1, cuSeqlens: [] })).toBe(0)
})

test('the grid has chunks or sequences, heads, and what the stage says', () => {
  const [byChunk, bySequence] = form(4).stages
  const [segment] = segmentsOf(form(4), dense(2, 12), wide)
  expect(gridOf(byChunk, segment, 5)).toEqual([6, 5, 3])
  expect(gridOf(bySequence, segment, 5)).toEqual([2, 5, 3])
})

test('uniforms: heads, how many share a group, whether there is a mask', () => {
  const sizes = { ...dense(1, 1, 6), groups: { q: 6, k: 2 }, masked: true }
  expect(uniformsOf({ uniforms: ['heads', 'masked', 'share.k', 'share.q'] }, sizes)).toEqual({
    heads: 6,
    masked: 1,
    'share.k': 3,
    'share.q': 1,
  })
  expect(() => uniformsOf({ uniforms: ['share.z'] }, sizes)).toThrow('share.z')
})

test('a state has the heads that its tensors tell apart', () => {
  const states = [
    { name: 'S', shape: [], fedBy: ['k', 'v'] },
    { name: 'P', shape: [], fedBy: ['k', 'w'] },
    { name: 'Z', shape: [], fedBy: [] },
    { name: 'I', shape: [], fedBy: ['k'], initial: 'v' },
  ]
  expect(stateHeads({ states }, { q: 12, k: 2, v: 4, w: 3 }, 12)).toEqual({ S: 4, P: 6, Z: 12, I: 4 })
})
