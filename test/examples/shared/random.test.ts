import { expect, test } from 'vitest'
import { randomNumbers, randomUnitVector } from '../../../examples/shared/random.ts'

test('a seed always gives the same numbers, another seed others', () => {
  const ten = (seed: number) => Array.from({ length: 10 }, randomNumbers(seed))
  expect(ten(3)).toEqual(ten(3))
  expect(ten(3)).not.toEqual(ten(4))
})

test('numbers fill [0, 1) evenly', () => {
  const numbers = Array.from({ length: 10_000 }, randomNumbers(1))
  expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true)
  expect(numbers.reduce((a, b) => a + b) / numbers.length).toBeCloseTo(0.5, 1)
})

test('unit vectors have length 1 and are nearly orthogonal', () => {
  const random = randomNumbers(1)
  const [a, b] = [randomUnitVector(256, random), randomUnitVector(256, random)]
  expect(Math.hypot(...a)).toBeCloseTo(1, 6)
  expect(Math.abs(a.reduce((sum, x, i) => sum + x * b[i], 0))).toBeLessThan(0.25)
})
