import { expect, test } from 'vitest'
import { dim, number, unit } from '../../../compiler/1-check/size.ts'
import {
  condition,
  isColumn,
  isRow,
  isScalar,
  matrix,
  printType,
  scalar,
  vector,
} from '../../../compiler/1-check/types.ts'

const K = dim('K')

test('a 1×1 value is a scalar, whatever it was made from', () => {
  expect(isScalar(matrix(number(1), unit))).toBe(true)
  expect(isScalar(vector(K))).toBe(false)
  expect([isColumn(vector(K)), isRow(vector(K))]).toEqual([true, false])
})

test('types print as the language spells them', () => {
  expect(printType(scalar)).toBe('scalar')
  expect(printType(vector(K, 'complex'))).toBe('complex vec<K>')
  expect(printType({ ...matrix(unit, K), count: dim('n') })).toBe('vec<K>.T[n]')
  expect(printType(matrix(K, dim('V')))).toBe('mat<K, V>')
  expect(printType(condition)).toBe('condition')
})
