import { expect, test } from 'vitest'
import { apply, dim, number, printSize } from '../../../compiler/1-check/size.ts'
import { hasUnknown, isUnknown, unknowns } from '../../../compiler/1-check/unknowns.ts'

const [K, V] = [dim('K'), dim('V')]

test('known sizes agree only with themselves', () => {
  const { unify } = unknowns()
  expect(unify(K, K)).toBe(true)
  expect(unify(K, V)).toBe(false)
})

test('an unknown takes the size that it must agree with, and keeps it', () => {
  const { fresh, unify, resolve } = unknowns()
  const [a, b] = [fresh(), fresh()]
  expect(unify(a, b)).toBe(true)
  expect(unify(apply('*', number(2), b), apply('*', number(4), K))).toBe(true)
  expect(printSize(resolve(a))).toBe('2*K')
  expect(unify(a, K)).toBe(false)
})

test('what is not yet known says so', () => {
  const { fresh } = unknowns()
  expect(hasUnknown(apply('+', fresh(), K))).toBe(true)
  expect(hasUnknown(K)).toBe(false)
  expect(isUnknown('?1')).toBe(true)
})

test('dims computed from others agree with what they are computed from, and this is told', () => {
  const assumed: string[] = []
  const { unify } = unknowns(
    (name) => (name === 'D' ? apply('*', number(2), K) : undefined),
    (name) => assumed.push(name),
  )
  expect(unify(dim('D'), dim('D'))).toBe(true)
  expect(assumed).toEqual([])
  expect(unify(dim('D'), apply('+', K, K))).toBe(true)
  expect(assumed).toEqual(['D'])
  expect(unify(dim('D'), V)).toBe(false)
})
