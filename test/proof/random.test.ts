import { expect, test } from 'vitest'
import { hash, randomStream } from '../../proof/random.ts'

test('the same seed gives the same numbers, another one others', () => {
  const take = (seed: number): readonly number[] => Array.from({ length: 5 }, randomStream(seed))
  expect(take(1)).toEqual(take(1))
  expect(take(1)).not.toEqual(take(2))
  for (const x of take(3)) expect(x).toBeGreaterThanOrEqual(0)
})

test('a stream has no bit that stands still', () => {
  const next = randomStream(7)
  const ones = new Array<number>(32).fill(0)
  for (let i = 0; i < 1000; i++) {
    const x = next()
    for (let bit = 0; bit < 32; bit++) ones[bit] += (x >>> bit) & 1
  }
  for (const count of ones) expect(Math.abs(count - 500)).toBeLessThan(100)
})

test('hashes differ, also for arguments in another order', () => {
  const seen = new Set<number>()
  for (let a = 0; a < 100; a++) for (let b = 0; b < 100; b++) seen.add(hash(a, b))
  expect(seen.size).toBe(10_000)
  expect(Number.isSafeInteger(hash(1, 2, 3))).toBe(true)
})
