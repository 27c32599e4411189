import { expect, test } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { createFrame } from '../../../compiler/3-plan/frame.ts'
import * as Q from '../../../compiler/rational.ts'

const [a, k, l] = [P.input('input', 'a', 1), P.input('input', 'k', 3), P.input('input', 'l', 3)]

test('fields stand one after another, each as wide as its value', () => {
  const frame = createFrame()
  expect(frame.field('k', k)).toMatchObject({ offset: 0, lanes: 3, neutral: 0 })
  expect(frame.field('a', a)).toMatchObject({ offset: 3, lanes: 1 })
  expect(frame.field('l', l)).toMatchObject({ offset: 4, lanes: 3 })
  expect(frame.size()).toBe(7)
  expect(frame.fields().map((f) => f.name)).toEqual(['k', 'a', 'l'])
})

test('equal values share a field, however they are spelled', () => {
  const frame = createFrame()
  const one = frame.field('x', P.multiply(a, P.add(k, l)))
  expect(frame.field('y', P.add(P.multiply(a, k), P.multiply(l, a)))).toBe(one)
  expect(frame.fields()).toHaveLength(1)
})

test('what a padded token has there keeps fields apart', () => {
  const frame = createFrame()
  expect(frame.field('write key', a, 0)).not.toBe(frame.field('decay', a, 1))
  expect(frame.fields().map((f) => f.neutral)).toEqual([0, 1])
})

test('a constant is no field, unless it must vanish at padded tokens', () => {
  const frame = createFrame()
  expect(frame.operand('half', P.constant(Q.rational(1, 2)))).toEqual({
    kind: 'constant',
    value: Q.rational(1, 2),
  })
  expect(frame.size()).toBe(0)
  expect(frame.operand('a', a)).toMatchObject({ kind: 'field', field: { name: 'a' } })
  expect(frame.field('one', P.one)).toMatchObject({ offset: 1, lanes: 1 })
})
