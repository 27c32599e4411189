import fc from 'fast-check'
import { expect, test } from 'vitest'
import { primes } from '../../proof/field.ts'
import { discreteLogarithm, modular } from '../../proof/modular.ts'

const big = modular(primes[0])
const small = modular(23)
const number = fc.integer({ min: 1, max: primes[0] - 1 })

test('products and powers are those of whole numbers', () => {
  fc.assert(
    fc.property(number, number, (a, b) => {
      expect(BigInt(big.multiply(a, b))).toBe((BigInt(a) * BigInt(b)) % BigInt(big.p))
      expect(big.multiply(a, big.invert(a))).toBe(1)
      expect(big.power(a, big.p - 1)).toBe(1)
    }),
  )
  expect(big.multiply(big.p - 1, big.p - 1)).toBe(1)
  expect(big.fromBigInt(-1n)).toBe(big.p - 1)
})

test('the sign of a number is whether it is a square', () => {
  const squares = new Set(Array.from({ length: 22 }, (_, i) => small.multiply(i + 1, i + 1)))
  for (let a = 1; a < 23; a++) expect(small.sign(a)).toBe(squares.has(a) ? 1 : -1)
  expect(small.sign(0)).toBe(0)
})

test('a discrete logarithm undoes a power, and refuses what is none', () => {
  const log = discreteLogarithm(big, 4, primes[1])
  for (const exponent of [0, 1, 65_535, 65_536, 123_456_789, primes[1] - 1])
    expect(log(big.power(4, exponent))).toBe(exponent)
  expect(() => log(big.p - 4)).toThrow('no power')
})
