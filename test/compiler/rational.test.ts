import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Q from '../../compiler/rational.ts'

const whole = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n })
const rational = fc
  .tuple(
    whole,
    whole.filter((d) => d !== 0n),
  )
  .map(([n, d]) => Q.rational(n, d))
const runs = { seed: 1, numRuns: 200 }

test('a number is in lowest terms, its denominator positive', () => {
  expect(Q.rational(6, -4)).toEqual({ numerator: -3n, denominator: 2n })
  expect(Q.rational(0, -7)).toEqual(Q.zero)
  expect(Q.rational(5)).toEqual({ numerator: 5n, denominator: 1n })
})

test('a field', () => {
  fc.assert(
    fc.property(rational, rational, rational, (a, b, c) => {
      expect(Q.add(a, b)).toEqual(Q.add(b, a))
      expect(Q.add(Q.add(a, b), c)).toEqual(Q.add(a, Q.add(b, c)))
      expect(Q.multiply(a, b)).toEqual(Q.multiply(b, a))
      expect(Q.multiply(a, Q.add(b, c))).toEqual(Q.add(Q.multiply(a, b), Q.multiply(a, c)))
      expect(Q.add(a, Q.negate(a))).toEqual(Q.zero)
      if (!Q.isZero(a)) expect(Q.multiply(a, Q.invert(a))).toEqual(Q.one)
      expect(Q.equals(a, b)).toBe(a.numerator * b.denominator === b.numerator * a.denominator)
    }),
    runs,
  )
})

test.each([
  ['64', '64'],
  ['0.25', '1/4'],
  ['1_000', '1000'],
  ['1e-5', '1/100000'],
  ['2.5E+3', '2500'],
  ['0.1', '1/10'],
  ['1_0.5_0', '21/2'],
])('%s is exactly %s', (text, exact) => {
  expect(Q.print(Q.parseRational(text))).toBe(exact)
})

test('the nearest double of what a double says is that double', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), (x) => {
      const back = Q.toNumber(Q.parseRational(x.toString()))
      expect(Math.abs(back - x)).toBeLessThanOrEqual(Math.max(x * 2 ** -52, 5e-324))
    }),
    runs,
  )
})

test('numbers whose parts fit no double still have one', () => {
  const big = 10n ** 400n
  expect(Q.toNumber(Q.rational(big + 1n, 2n * big))).toBe(0.5)
  expect(Q.toNumber(Q.rational(-big, 3n * big))).toBe(-1 / 3)
  expect(Q.toNumber(Q.rational(1n, big))).toBe(0)
  expect(Q.toNumber(Q.rational(2n ** 200n, 3n ** 100n))).toBeCloseTo(2 ** 200 / 3 ** 100, -1)
})

test('the smallest and the largest doubles are themselves', () => {
  for (const text of ['5e-324', '2.5e-320', '2.2250738585072014e-308', '1.7976931348623157e308'])
    expect(Q.toNumber(Q.parseRational(text))).toBe(Number(text))
})

test('what a number is', () => {
  expect([Q.isZero(Q.zero), Q.isZero(Q.one), Q.isOne(Q.one), Q.isOne(Q.rational(2, 2))]).toEqual([true, false, true, true]) // prettier-ignore
  expect(Q.print(Q.rational(-3, 4))).toBe('-3/4')
})
