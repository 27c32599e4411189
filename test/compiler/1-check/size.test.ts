import { expect, test } from 'vitest'
import {
  apply, coefficientOf, constantOf, dim, dimsIn, evaluate, negated, number, printSize, sameSize, simplify, solveFor, substitute,
} from '../../../compiler/1-check/size.ts' // prettier-ignore

const [D, K, j] = [dim('D'), dim('K'), dim('j')]

test('sizes are the same where they are the same polynomial', () => {
  expect(sameSize(apply('*', number(2), D), apply('+', D, D))).toBe(true)
  expect(sameSize(K, D)).toBe(false)
})

test('a constant is printed last', () => {
  expect(printSize(apply('-', apply('*', number(2), K), number(1)))).toBe('2*K - 1')
})

test('division rounds down', () => {
  expect(evaluate(apply('/', K, number(2)), { K: 7 })).toBe(3)
})

test('terms that cancel are gone', () => {
  expect(simplify(apply('-', apply('+', j, number(2)), j))).toEqual(number(2))
  expect(dimsIn(apply('-', apply('+', j, K), j))).toEqual(['K'])
  expect(simplify(apply('-', number(1), K))).toEqual(apply('-', number(1), K))
})

test('a size that divides is left as it is', () => {
  const half = apply('/', K, number(2))
  expect(simplify(half)).toEqual(half)
  expect(dimsIn(half)).toEqual(['K'])
})

test('the coefficient of a dim, where the size is linear in it', () => {
  expect(coefficientOf(apply('-', apply('*', number(3), K), D), 'K')).toBe(3)
  expect(coefficientOf(K, 'D')).toBe(0)
  expect(coefficientOf(apply('*', K, K), 'K')).toBeUndefined()
})

test('a size without dims is constant', () => {
  expect(constantOf(apply('-', K, K))).toBe(0)
  expect(constantOf(number(5))).toBe(5)
  expect(constantOf(K)).toBeUndefined()
})

test('solving for a dim', () => {
  expect(printSize(solveFor(apply('-', apply('*', number(2), j), apply('*', number(4), K)), 'j')!)).toBe(
    '2*K',
  )
  expect(solveFor(apply('-', apply('*', number(2), j), K), 'j')).toBeUndefined()
  expect(printSize(solveFor(apply('-', j, apply('/', K, number(2))), 'j')!)).toBe('(K/2)')
})

test('putting sizes in place of dims', () => {
  expect(substitute(apply('+', K, D), (name) => (name === 'K' ? number(1) : undefined))).toEqual(
    apply('+', number(1), D),
  )
  expect(printSize(negated(K))).toBe('-K')
})
