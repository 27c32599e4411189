import { expect, test } from 'vitest'
import {
  accumulate,
  add,
  div,
  int,
  intMax,
  intMin,
  loop,
  mod,
  mul,
  name,
  real,
  sub,
} from '../../../compiler/4-lower/build.ts'
import type { Expr } from '../../../compiler/4-lower/loop-ir.ts'
import { rational } from '../../../compiler/rational.ts'

const x = name('x')
const y = name('y')

test.each<[string, Expr, Expr]>([
  ['2 + 3', add(int(2), int(3)), int(5)],
  ['2 · 3 · 4', mul(int(2), int(3), int(4)), int(24)],
  ['2 − 3', sub(int(2), int(3)), int(-1)],
  ['7 / 2', div(int(7), int(2)), int(3)],
  ['7 % 4', mod(int(7), int(4)), int(3)],
  ['min(7, 4)', intMin(int(7), int(4)), int(4)],
  ['max(7, 4)', intMax(int(7), int(4)), int(7)],
])('%s of whole numbers is worked out', (_, found, wanted) => {
  expect(found).toEqual(wanted)
})

test.each<[string, Expr]>([
  ['0 + x', add(int(0), x)],
  ['x + 0', add(x, int(0))],
  ['0.0 + x', add(real(0), x)],
  ['x + 0.0', add(x, real(0))],
  ['x − 0', sub(x, int(0))],
  ['1 · x', mul(int(1), x)],
  ['x · 1', mul(x, int(1))],
  ['1.0 · x', mul(real(1), x)],
  ['x · 1.0', mul(x, real(1))],
  ['x / 1', div(x, int(1))],
])('%s is x', (_, found) => {
  expect(found).toBe(x)
})

test('what is divided by 1 leaves nothing', () => {
  expect(mod(x, int(1))).toEqual(int(0))
})

test.each<[string, Expr, string]>([
  ['x + y', add(x, y), '+'],
  ['x · 0', mul(x, int(0)), '*'],
  ['0 − x', sub(int(0), x), '-'],
  ['1 / x', div(int(1), x), '/'],
  ['2.0 · 3.0', mul(real(2), real(3)), '*'],
  ['½ · x', mul(real(rational(1, 2)), x), '*'],
])('%s is left as it stands', (_, found, op) => {
  expect(found).toMatchObject({ kind: 'binary', op })
})

test('sums go from left to right', () => {
  expect(add(x, y, int(0), x)).toEqual(add(add(x, y), x))
  expect(accumulate('x', y)).toEqual({ kind: 'assign', name: 'x', value: add(x, y) })
})

test('a loop is plain unless it asks for more', () => {
  const plain = loop('i', int(0), int(4), [])
  expect(plain).toEqual({ kind: 'for', variable: 'i', from: int(0), to: int(4), body: [] })
  expect(loop('i', int(0), int(4), [], { down: true })).toEqual({ ...plain, down: true })
})
