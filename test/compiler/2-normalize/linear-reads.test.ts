import { expect, test } from 'vitest'
import { linearInReads, spread } from '../../../compiler/2-normalize/linear-reads.ts'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import type { Polynomial } from '../../../compiler/2-normalize/polynomial.ts'
import { givenBy, lanesOf } from '../../support/program-meaning.ts'
import { minus, plus, readAtom, scalar, times, value } from './programs.ts'

const [a, beta, v, e] = [scalar('a'), scalar('beta'), value('v'), value('e')]
const [r, s] = [readAtom('r'), readAtom('s')]

/** What it comes to; put together again it must mean what it was. */
const parts = (p: Polynomial): Readonly<Record<string, string>> | undefined => {
  const linear = linearInReads(p)
  if (!linear) return undefined
  const again = P.sumOf([
    linear.given,
    ...linear.terms.map((t) => times(t.coefficient, t.key === 'read(r)' ? r : s)),
  ])
  lanesOf(again, givenBy(2)).forEach((x, i) => expect(x).toBeCloseTo(lanesOf(p, givenBy(2))[i], 12))
  return {
    given: P.keyOf(linear.given),
    ...Object.fromEntries(linear.terms.map((t) => [t.key, P.keyOf(t.coefficient)])),
  }
}

test('what holds no read is given', () => {
  expect(parts(times(a, v))).toEqual({ given: P.keyOf(times(a, v)) })
  expect(linearInReads({ ...P.zero, lanes: 2 })).toEqual({ given: { ...P.zero, lanes: 2 }, terms: [] })
})

test('reads are told with their coefficients, whichever way it is written', () => {
  const keys = { given: P.keyOf(times(beta, v)), 'read(r)': P.keyOf(P.negate(times(a, beta))) }
  expect(parts(minus(times(beta, v), times(a, beta, r)))).toEqual(keys)
  expect(parts(times(beta, minus(v, times(a, r))))).toEqual(keys)
  expect(parts(times(plus(a, beta), plus(minus(v, r), times(e, s))))).toEqual({
    given: P.keyOf(times(plus(a, beta), v)),
    'read(r)': P.keyOf(P.negate(plus(a, beta))),
    'read(s)': P.keyOf(times(plus(a, beta), e)),
  })
})

test('reads that cancel are not told', () => {
  expect(parts(plus(v, minus(times(a, r), times(r, a))))).toEqual({ given: 'v' })
})

test('what uses a read otherwise is not linear', () => {
  for (const p of [
    times(r, r),
    times(r, s),
    P.power(r, -1),
    P.call('tanh', [r]),
    P.exponential(r),
    times(P.call('sigmoid', [r]), s),
    P.power(plus(r, v), 2),
  ])
    // prettier-ignore
    expect(linearInReads(p)).toBeUndefined()
})

test('only groups that hold a read are multiplied out', () => {
  const square = P.power(minus(v, a), 2)
  expect(spread(plus(square, r))).toHaveLength(2)
})
