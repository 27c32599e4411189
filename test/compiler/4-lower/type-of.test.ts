import { expect, test } from 'vitest'
import { initialTypes, typeOf } from '../../../compiler/4-lower/type-of.ts'
import { at, everyForm, i, n, op, r, reduction } from './programs.ts'

test('uniforms, lanes and groups are whole numbers', () => {
  const types = initialTypes(everyForm)
  for (const name of ['texture', 'lane', 'group.z']) expect(typeOf(n(name), types)).toBe('i32')
})

test('a load has the type of its array', () => {
  const types = initialTypes(reduction)
  expect(typeOf(at('table.rows', i(0)), types)).toBe('i32')
  expect(typeOf(at('part', i(0)), types)).toBe('f32')
})

test('arithmetic keeps the type, comparison gives a truth value', () => {
  const types = initialTypes(reduction)
  expect(typeOf(op(r('1'), '*', r('2')), types)).toBe('f32')
  expect(typeOf(op(i(1), '*', i(2)), types)).toBe('i32')
  expect(typeOf(op(r('1'), '<', r('2')), types)).toBe('bool')
  expect(typeOf({ kind: 'select', condition: op(i(1), '<', i(2)), then: i(1), else: i(2) }, types)).toBe(
    'i32',
  )
})

test('a name that is not bound is a fault of ours', () => {
  expect(() => typeOf(n('nobody'), initialTypes(reduction))).toThrow(/fault of Mix.*nobody/)
})
