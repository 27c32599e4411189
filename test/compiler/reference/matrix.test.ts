import { expect, test } from 'vitest'
import { float32 } from '../../../compiler/float32.ts'
import { float64 } from '../../../compiler/float64.ts'
import { algebraOver, type Matrix } from '../../../compiler/reference/matrix.ts'
import { field } from '../../../proof/field.ts'

const algebra = algebraOver(float64)
const matrix = (rows: number, cols: number, re: number[], im?: number[]): Matrix<number> => ({
  rows,
  cols,
  re,
  im,
})

test('a product, a transpose, an identity', () => {
  const a = matrix(2, 3, [1, 2, 3, 4, 5, 6])
  expect(algebra.product(a, algebra.transpose(a)).re).toEqual([14, 32, 32, 77])
  expect(algebra.product(a, algebra.identity(3)).re).toEqual(a.re)
  expect(algebra.diagonal(matrix(2, 1, [3, 4])).re).toEqual([3, 0, 0, 4])
})

test('a number broadcasts from either side', () => {
  const two = algebra.scalar(2)
  const v = matrix(2, 1, [3, 4])
  expect(algebra.subtract(two, v)).toMatchObject({ rows: 2, cols: 1, re: [-1, -2] })
  expect(algebra.divide(v, two).re).toEqual([1.5, 2])
})

test('complex numbers multiply, divide and mix with real ones', () => {
  const z = matrix(1, 1, [1], [2])
  const y = matrix(1, 1, [3], [-1])
  expect(algebra.multiply(z, y)).toMatchObject({ re: [5], im: [5] })
  expect(algebra.multiply(algebra.divide(z, y), y).re[0]).toBeCloseTo(1, 14)
  expect(algebra.add(algebra.scalar(1), z)).toMatchObject({ re: [2], im: [2] })
  expect(algebra.product(z, algebra.scalar(2))).toMatchObject({ re: [2], im: [4] })
})

test('a system with a zero pivot, and a complex one', () => {
  expect(algebra.solve(matrix(2, 2, [0, 2, 4, 0]), matrix(2, 1, [6, 8])).re).toEqual([2, 3])
  const a = matrix(2, 2, [1, 2, 3, 4], [1, 0, 0, 2])
  const x = matrix(2, 1, [1, -1], [2, 3])
  const found = algebra.solve(a, algebra.product(a, x))
  x.re.forEach((value, i) => expect(found.re[i]).toBeCloseTo(value, 12))
  x.im!.forEach((value, i) => expect(found.im![i]).toBeCloseTo(value, 12))
})

test('a system over the field', () => {
  const numbers = field(1)
  const over = algebraOver(numbers)
  const whole = (n: number) => numbers.fromIndex(n)
  const a = { rows: 2, cols: 2, re: [0, 3, 5, 7].map(whole) }
  const x = { rows: 2, cols: 1, re: [11, 13].map(whole) }
  const found = over.solve(a, over.product(a, x))
  expect(found.re.map((v) => v.p)).toEqual([11, 13])
})

test('float32 and float64 loops agree', () => {
  const single = algebraOver(float32)
  const a = matrix(3, 2, [1, 2, 3, 4, 5, 6])
  const b = matrix(2, 3, [6, 5, 4, 3, 2, 1])
  expect(single.product(a, b)).toEqual(algebra.product(a, b))
  expect(single.divide(a, single.scalar(2))).toEqual(algebra.divide(a, algebra.scalar(2)))
})
