import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRational, rational } from '../../compiler/rational.ts'
import { Accident, field, primes, type FieldValue } from '../../proof/field.ts'

const f = field(1)
const call = (fn: Parameters<typeof f.call>[0], ...args: FieldValue[]): FieldValue => f.call(fn, args)
const residue = fc.integer({ min: 1, max: 2 ** 28 })
const value = fc.tuple(residue, residue, residue).map(([p, q, r]) => f.fromResidues(p, q, r))
const positive = fc.tuple(residue, residue, residue).map(([p, q, r]) => f.fromResidues(p, q, r, 1))
const same = (a: FieldValue, b: FieldValue): void => expect(a.p).toBe(b.p)
const whole = (n: number): FieldValue => f.fromIndex(n)

test('the primes are a chain p = 2q + 1, q = 2r + 1 below 2³⁰, p ≡ 7 modulo 8', () => {
  const [p, q, r] = primes
  expect([p, q]).toEqual([2 * q + 1, 2 * r + 1])
  expect(p % 8).toBe(7)
  expect(p).toBeLessThan(2 ** 30)
  for (const n of primes)
    for (let d = 2; d * d <= n; d++) if (n % d === 0) throw new Error(`${n} is not prime`)
})

test('a ring, with inverses', () => {
  fc.assert(
    fc.property(value, value, value, (a, b, c) => {
      expect(f.multiply(a, f.add(b, c))).toEqual(f.add(f.multiply(a, b), f.multiply(a, c)))
      expect(f.multiply(f.multiply(a, b), c)).toEqual(f.multiply(a, f.multiply(b, c)))
      expect(f.add(a, f.negate(a))).toEqual(f.zero)
      expect(f.subtract(f.add(a, b), b)).toEqual(a)
      expect(f.multiply(f.divide(a, b), b)).toEqual(a)
    }),
  )
})

test('products are exact', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const product = f.multiply(a, b)
      expect(BigInt(product.p)).toBe((BigInt(a.p) * BigInt(b.p)) % BigInt(primes[0]))
      expect(BigInt(product.q)).toBe((BigInt(a.q) * BigInt(b.q)) % BigInt(primes[1]))
      expect(BigInt(product.r)).toBe((BigInt(a.r) * BigInt(b.r)) % BigInt(primes[2]))
    }),
    { numRuns: 1000 },
  )
})

test('exp turns sums into products, also in an exponent', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const product = f.multiply(call('exp', a), call('exp', b))
      same(call('exp', f.add(a, b)), product)
      same(call('exp', call('exp', f.add(a, b))), call('exp', product))
      same(call('expm1', a), f.subtract(call('exp', a), f.one))
    }),
  )
  same(call('exp', f.zero), f.one)
})

test('log undoes exp in exponents, and turns products into sums', () => {
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      same(call('exp', call('log', a)), a)
      same(call('exp', f.add(call('log', a), call('log', b))), f.multiply(a, b))
      const half = f.constant(rational(1, 2))
      same(call('exp', f.multiply(half, call('log', a))), call('sqrt', a))
      expect(call('log', call('exp', a)).q).toBe(a.q)
    }),
    { numRuns: 20 },
  )
})

test('roots are squares, and of squares they are roots', () => {
  fc.assert(
    fc.property(value, positive, (a, b) => {
      same(call('sqrt', f.multiply(a, a)), call('abs', a))
      same(f.multiply(call('sqrt', b), call('sqrt', b)), b)
      expect(call('sign', call('sqrt', b))).toEqual(f.one)
      same(call('pow', b, f.constant(rational(-1, 2))), f.divide(f.one, call('sqrt', b)))
      same(call('pow', a, whole(3)), f.multiply(a, f.multiply(a, a)))
    }),
  )
})

test('a root of the negative of a square, or a part of its logarithm, is an accident, and counted', () => {
  const fresh = field(2)
  const a = fresh.fromResidues(12345, 1, 1, -1)
  expect(fresh.accidents()).toBe(0)
  fresh.call('sqrt', [a])
  const log = fresh.call('log', [a])
  expect(fresh.accidents()).toBe(1)
  fresh.multiply(log, fresh.constant(rational(1, 2)))
  expect(fresh.accidents()).toBe(2)
})

test('exp undoes log, whatever the sign, and in sums and whole multiples of logarithms too', () => {
  const f = field(3)
  const [a, b] = [f.fromResidues(12345, 678, 91, -1), f.fromResidues(54321, 876, 19, -1)]
  const [logA, logB] = [f.call('log', [a]), f.call('log', [b])]
  expect(f.equal(f.call('exp', [logA]), a)).toBe(true)
  expect(f.equal(f.call('exp', [f.add(logA, logB)]), f.multiply(a, b))).toBe(true)
  expect(f.equal(f.call('exp', [f.negate(logA)]), f.divide(f.one, a))).toBe(true)
  expect(
    f.equal(f.call('exp', [f.multiply(f.constant(rational(3)), logA)]), f.multiply(a, f.multiply(a, a))),
  ).toBe(true)
  expect(f.equal(f.call('exp', [f.multiply(f.constant(rational(2)), logA)]), f.multiply(a, a))).toBe(true)
  expect(f.accidents()).toBe(0)
})

test('signs multiply; the larger of two commutes with scaling', () => {
  fc.assert(
    fc.property(value, value, positive, (a, b, c) => {
      same(call('sign', f.multiply(a, b)), f.multiply(call('sign', a), call('sign', b)))
      same(f.multiply(call('sign', a), call('abs', a)), a)
      same(call('max', a, b), call('max', b, a))
      same(call('max', f.multiply(c, a), f.multiply(c, b)), f.multiply(c, call('max', a, b)))
      same(call('min', a, b), f.negate(call('max', f.negate(a), f.negate(b))))
      same(f.add(call('max', a, b), call('min', a, b)), f.add(a, b))
      expect(f.less(a, b)).toBe(!f.less(b, a) && !f.equal(a, b))
    }),
  )
})

test('gates are what they are defined as', () => {
  fc.assert(
    fc.property(value, (x) => {
      const e = (y: FieldValue): FieldValue => call('exp', y)
      const s = call('sigmoid', x)
      same(s, f.divide(f.one, f.add(f.one, e(f.negate(x)))))
      same(s, f.divide(e(x), f.add(e(x), f.one)))
      same(call('silu', x), f.multiply(x, s))
      same(f.add(s, call('sigmoid', f.negate(x))), f.one)
      same(call('tanh', x), f.divide(f.subtract(e(x), e(f.negate(x))), f.add(e(x), e(f.negate(x)))))
      const [plus, minus] = [e(call('softplus', x)), f.add(f.one, e(x))]
      expect([minus.p, f.negate(minus).p]).toContain(plus.p)
      expect(call('logsigmoid', x)).toEqual(f.negate(call('softplus', f.negate(x))))
    }),
    { numRuns: 20 },
  )
})

test('small fractions are themselves: compared, rounded, and used as indices', () => {
  for (const [a, b] of [
    [3, 37],
    [-2, 1],
    [0, 41],
    [-41, -37],
  ] as const)
    // prettier-ignore
    expect(f.less(whole(a), whole(b))).toBe(true)
  same(call('floor', f.divide(whole(7), whole(2))), whole(3))
  same(call('floor', f.divide(whole(-7), whole(2))), whole(-4))
  same(call('max', whole(3), whole(37)), whole(37))
  expect(f.index(f.multiply(whole(6), whole(-7)))).toBe(-42)
  expect(f.index(f.divide(whole(1), whole(2)))).toBeUndefined()
  expect(f.index(f.fromResidues(123456, 7891, 23456))).toBeUndefined()
})

test('constants are exact to any digit', () => {
  expect(f.equal(f.constant(parseRational('1.000000001')), f.one)).toBe(false)
  same(f.multiply(f.constant(parseRational('0.1')), whole(10)), f.one)
})

test('minus infinity is a number with exp 0, below all others', () => {
  const down = f.infinity(-1)
  expect(call('exp', down)).toEqual(f.zero)
  expect(call('exp', f.add(down, whole(5)))).toEqual(f.zero)
  expect(call('log', f.zero)).toEqual(down)
  same(call('max', down, whole(-3)), whole(-3))
  expect(f.less(down, whole(-3))).toBe(true)
  same(call('sigmoid', down), f.zero)
  expect(() => f.subtract(down, down)).toThrow(Accident)
})

test('division by zero is an accident', () => {
  expect(() => f.divide(f.one, f.zero)).toThrow(Accident)
})

test('other functions are the same for the same argument and seed, and for no other', () => {
  const [a, b] = [f.fromResidues(11, 12, 13), f.fromResidues(11, 99, 98)]
  same(call('sin', a), call('sin', b))
  expect(call('sin', a).p).not.toBe(call('cos', a).p)
  expect(call('sin', a).p).not.toBe(call('sin', whole(12)).p)
  expect(call('sin', a).p).not.toBe(field(2).call('sin', [a]).p)
  same(call('exp', f.fromResidues(5, 6, 7)), call('exp', f.fromResidues(8, 6, 7)))
})
