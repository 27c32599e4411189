import { expect, test } from 'vitest'
import { decayFactor, decayForm } from '../../../compiler/2-normalize/decay-form.ts'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import type { Polynomial } from '../../../compiler/2-normalize/polynomial.ts'
import * as Q from '../../../compiler/rational.ts'
import { givenBy, lanesOf } from '../../support/program-meaning.ts'
import { key, minus, plus, scalar, times } from './programs.ts'

const [a, g, w] = [scalar('a'), scalar('g'), key('w')]
const sigmoid = P.call('sigmoid', [w])
const logsigmoid = P.call('logsigmoid', [w])

/** The form and its value; the factor must mean what it was made from. */
const form = (value: Polynomial): readonly [string, string] => {
  const kept = decayForm(value)
  const given = givenBy(1)
  lanesOf(decayFactor(kept), given).forEach((x, i) => expect(x).toBeCloseTo(lanesOf(value, given)[i], 12))
  return [kept.form, P.keyOf(kept.value)]
}

test('signed decays, sums and numbers stay as they are', () => {
  expect(form(a)).toEqual(['plain', 'a'])
  expect(form(minus(P.one, a))).toEqual(['plain', P.keyOf(minus(P.one, a))])
  expect(form(P.constant(Q.rational(1, 2)))).toEqual(['plain', '1/2'])
  expect(form(P.zero)).toEqual(['plain', '0'])
  expect(form(P.negate(P.exponential(g)))[0]).toBe('plain')
  expect(form(times(a, P.exponential(g)))[0]).toBe('plain')
})

test('exponentials and sigmoids are kept as logarithms, and so are their products', () => {
  expect(form(P.exponential(g))).toEqual(['log', 'g'])
  expect(form(sigmoid)).toEqual(['log', P.keyOf(logsigmoid)])
  expect(form(times(P.exponential(g), sigmoid))).toEqual(['log', P.keyOf(plus(g, logsigmoid))])
  expect(form(P.power(sigmoid, 2))).toEqual(['log', P.keyOf(times(P.whole(2), logsigmoid))])
})

test('roots and powers of such are too', () => {
  expect(form(P.call('sqrt', [P.call('sigmoid', [w])]))).toEqual([
    'log',
    P.keyOf(times(P.constant(Q.rational(1, 2)), logsigmoid)),
  ])
  expect(form(P.call('pow', [sigmoid, P.constant(Q.rational(1, 16))]))).toEqual([
    'log',
    P.keyOf(times(P.constant(Q.rational(1, 16)), logsigmoid)),
  ])
  expect(form(P.call('sqrt', [P.call('abs', [a])]))[0]).toBe('plain')
})
