import { expect, test } from 'vitest'
import { float32 } from '../../compiler/float32.ts'
import { rational } from '../../compiler/rational.ts'

test('every result is a float', () => {
  const third = float32.constant(rational(1, 3))
  const results = [
    third,
    float32.add(third, 1e-9),
    float32.subtract(third, 1e-3),
    float32.multiply(third, third),
    float32.divide(1, third),
    float32.negate(third),
    float32.call('exp', [third]),
    float32.fromIndex(2 ** 24 + 1),
  ]
  for (const x of results) expect(x).toBe(Math.fround(x))
  expect(float32.add(1, 2 ** -25)).toBe(1)
})
