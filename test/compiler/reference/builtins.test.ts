import { expect, test } from 'vitest'
import { float64 } from '../../../compiler/float64.ts'
import { callBuiltin } from '../../../compiler/reference/builtins.ts'
import { algebraOver, type Matrix } from '../../../compiler/reference/matrix.ts'

const algebra = algebraOver(float64)
const vector = (...re: number[]): Matrix<number> => ({ rows: re.length, cols: 1, re })

test('a softmax is stable, also with −∞', () => {
  const found = callBuiltin(algebra, 'softmax', [vector(1000, 1000, -Infinity)], { rows: 3, cols: 1 })
  expect(found.re).toEqual([0.5, 0.5, 0])
})

test('of equals the first is the largest, and topk_mask takes the first', () => {
  expect(callBuiltin(algebra, 'argmax', [vector(1, 5, 5)], { rows: 1, cols: 1 }).re).toEqual([1])
  const two = algebra.scalar(2)
  const mask = callBuiltin(algebra, 'topk_mask', [vector(5, 1, 5, 5), two], { rows: 4, cols: 1 })
  expect(mask.re).toEqual([1, 0, 1, 0])
})

test('a slice of a matrix takes rows, dot takes a row and a column', () => {
  const a = { rows: 3, cols: 2, re: [1, 2, 3, 4, 5, 6] }
  const args = [a, algebra.scalar(1), algebra.scalar(3)]
  expect(callBuiltin(algebra, 'slice', args, { rows: 2, cols: 2 }).re).toEqual([3, 4, 5, 6])
  const row = algebra.transpose(vector(1, 2))
  expect(callBuiltin(algebra, 'dot', [row, vector(3, 4)], { rows: 1, cols: 1 }).re).toEqual([11])
})

test('parts of complex numbers', () => {
  const z = { rows: 1, cols: 1, re: [3], im: [4] }
  const size = { rows: 1, cols: 1 }
  expect(callBuiltin(algebra, 'abs', [z], size).re).toEqual([5])
  expect(callBuiltin(algebra, 'norm', [z], size).re).toEqual([5])
  expect(callBuiltin(algebra, 'im', [vector(3)], size).re).toEqual([0])
  expect(callBuiltin(algebra, 'concat', [z, vector(1)], { rows: 2, cols: 1 })).toMatchObject({
    re: [3, 1],
    im: [4, 0],
  })
})
