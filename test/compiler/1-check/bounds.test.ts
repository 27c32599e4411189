import { expect, test } from 'vitest'
import {
  anything, closed, exactly, hull, inexact, largest, magnitude, negative, product, reciprocal, rising, sum, type Bounds,
} from '../../../compiler/1-check/bounds.ts' // prettier-ignore

const using = (bounds: Bounds, name: string): Bounds => ({ ...bounds, uses: new Set([name]) })
const ends = ({ from, to, fromOpen, toOpen }: Bounds): string =>
  `${fromOpen ? '(' : '['}${from}, ${to}${toOpen ? ')' : ']'}`

test('sums and products of intervals', () => {
  expect(ends(sum(closed(0, 1), closed(2, 3)))).toBe('[2, 4]')
  expect(ends(product(closed(-1, 2), closed(-3, 1)))).toBe('[-6, 3]')
  expect(ends(negative(closed(-1, 2)))).toBe('[-2, 1]')
})

test('an end that is left out stays out, but zero times anything is zero', () => {
  const open = { ...closed(0, 1), toOpen: true }
  expect(ends(product(open, closed(0, 2)))).toBe('[0, 2)')
  expect(ends(product({ ...closed(0, Infinity), toOpen: true }, closed(0, 0)))).toBe('[0, 0]')
})

test('nothing is known of what is divided by an interval round zero', () => {
  expect(ends(reciprocal(closed(-1, 1)))).toBe('(-Infinity, Infinity)')
  expect(ends(reciprocal(closed(2, 4)))).toBe('[0.25, 0.5]')
  expect(ends(reciprocal({ ...closed(0, 4), fromOpen: true }))).toBe('[0.25, Infinity)')
})

test('a result is certain where each input is used once', () => {
  const a = using(closed(0, 1), 'a')
  expect(sum(a, using(closed(0, 1), 'b')).exact).toBe(true)
  expect(sum(a, a).exact).toBe(false)
  expect(product(a, inexact(exactly(2))).exact).toBe(false)
})

test('an input that promises nothing is remembered', () => {
  expect(sum(closed(0, 1), anything).loose).toBe(true)
  expect(sum(closed(0, 1), closed(0, 1)).loose).toBe(false)
})

test('hull, magnitude, growing functions', () => {
  expect(ends(hull(closed(0, 1), closed(3, 4)))).toBe('[0, 4]')
  expect(ends(magnitude(closed(-3, 1)))).toBe('[0, 3]')
  expect(ends(magnitude(closed(-3, -1)))).toBe('[1, 3]')
  expect(ends(rising(closed(0, 1), Math.exp))).toBe(`[1, ${Math.E}]`)
  expect(largest(closed(-3, 1))).toBe(3)
})
