import { expect, test } from 'vitest'
import { float64 } from '../../../compiler/float64.ts'
import { expressionCompiler, type Moment } from '../../../compiler/reference/expression.ts'
import { algebraOver } from '../../../compiler/reference/matrix.ts'
import { readLayer } from '../../support/compiled.ts'

const dims = { K: 40, V: 30 }

/** How many multiplications and divisions the output of a layer takes. */
const countOf = (expression: string): number => {
  const layer = readLayer(`mixer m {
    dim K = 40, V = 30
    input k: vec<K>
    input b: scalar
    input A: mat<K, V>
    output o: mat<K, V> = ${expression}
  }`)
  let count = 0
  const counting = {
    ...float64,
    name: 'counting',
    multiply: (a: number, b: number): number => {
      count++
      return a * b
    },
  }
  const algebra = algebraOver(counting)
  const moment: Moment<number> = {
    t: 0,
    variables: new Map(),
    locals: new Map(),
    length: 1,
    start: 0,
    read: (name) => {
      const [rows, cols] = name === 'A' ? [40, 30] : name === 'k' ? [40, 1] : [1, 1]
      return { rows, cols, re: Array.from({ length: rows * cols }, (_, i) => i % 7) }
    },
    last: () => algebra.scalar(0),
    param: () => algebra.scalar(0),
  }
  expressionCompiler(algebra, dims).value(layer.outputs[0].value)(moment)
  return count
}

test('a rank-one update of a matrix costs a few times its size', () => {
  const size = 40 * 30
  expect(countOf('(I - b * k @ k.T) @ A')).toBeLessThan(4 * size)
  expect(countOf('b * (I - k @ k.T) @ A')).toBeLessThan(4 * size)
  expect(countOf('(I - b * k @ k.T).T @ A')).toBeLessThan(4 * size)
  expect(countOf('diag(k) @ A')).toBeLessThan(2 * size)
  expect(countOf('k @ k.T @ A')).toBeLessThan(4 * size)
})

test('a scalar added to a matrix is not taken for a multiple of the identity', () => {
  expect(countOf('(b + k @ k.T) @ A')).toBeGreaterThan(40 * 40 * 30)
})
