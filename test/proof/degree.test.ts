import { expect, test } from 'vitest'
import { rational } from '../../compiler/rational.ts'
import { degreeCount, total, type Degree } from '../../proof/degree.ts'

const x: Degree = { top: 1, bottom: new Map(), terms: 1 }
const y: Degree = { top: 1, bottom: new Map(), terms: 1 }

test('products add degrees, sums take the larger', () => {
  const d = degreeCount()
  expect(total(d.multiply(x, d.multiply(x, y)))).toBe(3)
  expect(total(d.add(d.multiply(x, x), y))).toBe(2)
  expect(total(d.multiply(d.constant(rational(5)), x))).toBe(1)
  expect(total(d.multiply(d.zero, x))).toBe(0)
})

test('a sum of fractions has a common denominator, each divisor once', () => {
  const d = degreeCount()
  const over = d.divide(x, y)
  expect(total(over)).toBe(2)
  expect(total(d.add(over, over))).toBe(2)
  expect(total(d.add(over, d.divide(x, d.add(x, y))))).toBe(4)
})

test('an exponential has a factor for each term of its exponent', () => {
  const d = degreeCount()
  expect(total(d.call('exp', [d.add(x, d.add(y, x))]))).toBe(3)
})

test('roots and random values are counted', () => {
  const d = degreeCount()
  d.call('sqrt', [x])
  d.call('sin', [x])
  expect([d.roots(), d.randomCalls()]).toEqual([1, 1])
})

test('a logarithm is what it is of in an exponent, and a random value elsewhere', () => {
  const d = degreeCount()
  const square = d.multiply(x, x)
  const log = d.call('log', [square])
  expect(total(d.call('exp', [log]))).toBe(total(square))
  expect(total(d.call('exp', [d.add(log, log)]))).toBe(2 * total(square))
  expect(d.randomCalls()).toBe(0)
  d.multiply(log, y)
  expect(d.randomCalls()).toBe(1)
})

test('known numbers stay known', () => {
  const d = degreeCount()
  expect(d.index(d.add(d.fromIndex(2), d.fromIndex(3)))).toBe(5)
  expect(d.less(d.fromIndex(2), d.fromIndex(3))).toBe(true)
})
