import { expect, test } from 'vitest'
import { moveHeads } from '../../runtime/heads.ts'

const moved = (
  source: readonly number[],
  length: number,
  from: number,
  to: number,
  sequences: number,
  shared = false,
) => {
  const target = new Float32Array(length)
  moveHeads(Float32Array.from(source), target, { sequences, shape: [2], from, to, shared })
  return [...target]
}

test('heads are spread', () => {
  expect(moved([1, 2, 3, 4], 8, 2, 4, 1)).toEqual([1, 2, 1, 2, 3, 4, 3, 4])
})

test('heads are picked', () => {
  expect(moved([1, 2, 0, 0, 3, 4, 0, 0], 4, 4, 2, 1)).toEqual([1, 2, 3, 4])
})

test('sequence by sequence', () => {
  expect(moved([1, 2, 3, 4], 8, 1, 2, 2)).toEqual([1, 2, 1, 2, 3, 4, 3, 4])
})

test('a param is the same for all sequences', () => {
  expect(moved([1, 2], 8, 1, 2, 2, true)).toEqual([1, 2, 1, 2, 1, 2, 1, 2])
})

test('spread, then picked, is what it was', () => {
  const source = Array.from({ length: 12 }, (_, i) => i)
  expect(moved(moved(source, 36, 3, 9, 2), 12, 9, 3, 2)).toEqual(source)
})
