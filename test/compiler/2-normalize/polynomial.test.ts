import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import type { Polynomial } from '../../../compiler/2-normalize/polynomial.ts'
import * as Q from '../../../compiler/rational.ts'
import { givenBy, lanesOf } from '../../support/program-meaning.ts'
import { K, key, minus, plus, scalar, times } from './programs.ts'
import { randomPolynomial } from './random-polynomial.ts'

const given = givenBy(3)
const spread = (lanes: readonly number[]): readonly number[] =>
  lanes.length === 1 ? [lanes[0], lanes[0], lanes[0]] : lanes
const valuesOf = (p: Polynomial): readonly number[] => spread(lanesOf(p, given))
const expectClose = (a: readonly number[], b: readonly number[]): void => {
  a.forEach((x, i) => expect(Math.abs(x - b[i]) / Math.max(1, Math.abs(b[i]))).toBeLessThan(1e-9))
}
const runs = { seed: 1, numRuns: 150 }

const [a, b, c, k, l] = [scalar('a'), scalar('b'), scalar('c'), key('k'), key('l')]

test('sums, products and powers mean what they say', () => {
  fc.assert(
    fc.property(randomPolynomial, randomPolynomial, fc.integer({ min: 0, max: 3 }), (x, y, n) => {
      const [u, v] = [valuesOf(x), valuesOf(y)]
      expectClose(
        valuesOf(P.add(x, y)),
        u.map((p, i) => p + v[i]),
      )
      expectClose(
        valuesOf(P.subtract(x, y)),
        u.map((p, i) => p - v[i]),
      )
      expectClose(
        valuesOf(P.multiply(x, y)),
        u.map((p, i) => p * v[i]),
      )
      expectClose(
        valuesOf(P.power(x, n)),
        u.map((p) => p ** n),
      )
      expectClose(
        valuesOf(P.exponential(P.call('tanh', [x]))),
        u.map((p) => Math.exp(Math.tanh(p))),
      )
    }),
    runs,
  )
})

test('a ring: polynomials that are equal have one key', () => {
  fc.assert(
    fc.property(randomPolynomial, randomPolynomial, randomPolynomial, (x, y, z) => {
      expect(P.keyOf(P.add(x, y))).toBe(P.keyOf(P.add(y, x)))
      expect(P.keyOf(P.multiply(x, y))).toBe(P.keyOf(P.multiply(y, x)))
      expect(P.keyOf(P.add(P.add(x, y), z))).toBe(P.keyOf(P.add(x, P.add(y, z))))
      expect(P.same(P.multiply(x, P.add(y, z)), P.add(P.multiply(x, y), P.multiply(x, z)))).toBe(true)
      expect(P.isZero(P.subtract(x, x))).toBe(true)
      expect(P.keyOf(P.multiply(x, P.one))).toBe(P.keyOf(x))
    }),
    { seed: 1, numRuns: 60 },
  )
})

test('multiplying out keeps the meaning', () => {
  fc.assert(
    fc.property(randomPolynomial, (x) => expectClose(valuesOf(P.expand(x)), valuesOf(x))),
    runs,
  )
})

test('different polynomials have different keys', () => {
  const different = [a, b, k, P.zero, P.one, plus(a, b), times(a, b), times(a, a), P.exponential(a), P.call('log', [a]), P.input('input', 'a', 1, 0), P.input('input', 'a', 1, 1)] // prettier-ignore
  expect(new Set(different.map(P.keyOf)).size).toBe(different.length)
})

test('constants and atoms are recognised', () => {
  expect(P.asConstant(minus(P.whole(5), P.whole(2)))).toEqual(Q.rational(3))
  expect(P.asConstant(minus(a, a))).toEqual(Q.zero)
  expect(P.asConstant(a)).toBeUndefined()
  expect(P.isOne(times(P.whole(2), P.constant(Q.rational(1, 2))))).toBe(true)
  expect(P.isOne(times(a, P.power(a, -1)))).toBe(true)
  expect(P.asAtom(k)?.key).toBe('k')
  expect(P.asAtom(times(P.whole(2), k))).toBeUndefined()
  expect(P.asAtom(P.exponential(a))).toBeUndefined()
})

test('a square of a difference stays as written, and still equals its expansion', () => {
  const square = P.power(minus(k, a), 2)
  expect(square.terms).toHaveLength(1)
  expect(P.multiply(minus(k, a), minus(k, a)).terms).toHaveLength(1)
  const out = plus(times(k, k), times(P.whole(-2), a, k), times(a, a))
  expect(out.terms).toHaveLength(3)
  expect(P.same(square, out)).toBe(true)
})

test('exponentials of a product are one exponent', () => {
  expect(P.multiply(P.exponential(a), P.exponential(k)).text).toBe(P.exponential(plus(a, k)).text)
  expect(P.isOne(P.multiply(P.exponential(a), P.exponential(P.negate(a))))).toBe(true)
  expect(P.exponential(P.zero)).toEqual(P.one)
  expect(P.power(P.exponential(a), 3).text).toBe(P.exponential(times(P.whole(3), a)).text)
})

test('the exponential of a logarithm is what it was the logarithm of', () => {
  const log = P.call('log', [a])
  expect(P.keyOf(P.exponential(log))).toBe('a')
  expect(P.keyOf(P.exponential(plus(times(P.whole(-2), log), b)))).toBe(
    P.keyOf(times(P.power(a, -2), P.exponential(b))),
  )
  // Half a logarithm is no whole power.
  expect(P.exponential(times(P.constant(Q.rational(1, 2)), log)).terms[0].exponent).toBeDefined()
})

test('a quotient is a negative power', () => {
  expect(P.divide(times(a, b), b)).toEqual(a)
  expect(lanesOf(P.divide(P.one, P.zero), given)).toEqual([Infinity])
})

test('a sum over lanes takes out what all lanes share', () => {
  expect(P.keyOf(P.sumLanes(times(a, k, l), K))).toBe(P.keyOf(times(a, P.sumLanes(times(l, k), K))))
  expect(P.sumLanes(times(P.whole(2), a), K)).toEqual(times(P.whole(6), a))
  expect(P.sumLanes(a, 1)).toEqual(a)
  expect(P.keyOf(P.dot(plus(k, l), k, K))).toBe(P.keyOf(P.sumLanes(P.multiply(plus(k, l), k), K)))
})

test('a sum over lanes does not pull an exponent apart', () => {
  const shifted = P.exponential(minus(k, a))
  const [term] = P.sumLanes(shifted, K).terms
  expect(term.exponent).toBeUndefined()
  expect(term.factors.map((f) => f.atom.kind)).toEqual(['reduce'])
  expect(lanesOf(P.sumLanes(P.exponential(minus(key('huge'), scalar('most'))), K), (name) => name === 'most' ? [1000] : [1000, 999, 0])[0]).toBeCloseTo(1 + Math.exp(-1)) // prettier-ignore
})

test('what all lanes share is split from what varies', () => {
  const split = (p: Polynomial): readonly string[] => {
    const { scalar: shared, vector } = P.splitScalar(p)
    expect(P.same(P.multiply(shared, vector), p)).toBe(true)
    return [P.keyOf(shared), P.keyOf(vector)]
  }
  expect(split(times(P.whole(2), a, k))).toEqual([P.keyOf(times(P.whole(2), a)), 'k'])
  expect(split(minus(k, times(a, k)))).toEqual([P.keyOf(minus(P.one, a)), 'k'])
  expect(split(plus(times(a, k), times(a, l)))).toEqual(['a', P.keyOf(plus(k, l))])
  expect(split(times(P.exponential(a), k))).toEqual([P.keyOf(P.exponential(a)), 'k'])
  expect(split(a)).toEqual(['a', '1'])
  expect(split(plus(times(P.whole(3), k), times(a, l)))).toHaveLength(2)
  expect(P.isZero(P.splitScalar({ ...P.zero, lanes: 3 }).scalar)).toBe(true)
})

test('a factor that all terms hold can be taken out, and no other', () => {
  const without = (p: Polynomial, by: Polynomial): string | undefined => {
    const rest = P.without(p, by)
    if (rest) expect(P.same(P.multiply(rest, by), p)).toBe(true)
    return rest && P.keyOf(rest)
  }
  expect(without(times(a, k), a)).toBe('k')
  expect(without(plus(times(a, k), times(a, b, l)), a)).toBe(P.keyOf(plus(k, times(b, l))))
  expect(without(times(P.exponential(plus(a, k)), l), P.exponential(k))).toBe(
    P.keyOf(times(P.exponential(a), l)),
  )
  expect(without(plus(times(a, k), l), a)).toBeUndefined()
  expect(without(P.exponential(times(P.whole(2), a)), P.exponential(a))).toBeUndefined()
  expect(without(k, P.one)).toBeUndefined()
  expect(without(P.zero, a)).toBeUndefined()
})

test('a sum that everything was multiplied by can be taken out too', () => {
  const rest = P.without(minus(times(a, b), b), minus(P.one, a))
  expect(rest && P.keyOf(rest)).toBe(P.keyOf(P.negate(b)))
  expect(P.without(minus(times(a, b), c), minus(P.one, a))).toBeUndefined()
})

test('reads are found at any depth', () => {
  const read = P.ofAtom({
    kind: 'read',
    key: 'r',
    lanes: 2,
    read: { state: 'S', version: 0, axis: 'rows', p: k, lanes: 2 },
  })
  const deep = P.exponential(P.call('tanh', [P.multiply(plus(read, a), plus(b, a))]))
  expect(P.readsIn(deep).map((r) => r.state)).toEqual(['S'])
  expect(P.readsIn(plus(a, k))).toEqual([])
  const kinds: string[] = []
  P.visitAtoms(deep, (atom) => kinds.push(atom.kind))
  expect(kinds).toContain('read')
  // What the read was made with is visited too.
  expect(kinds.filter((kind) => kind === 'input').length).toBeGreaterThan(2)
})

test('an expansion that would grow without end is left as it is', () => {
  const wide = P.sumOf(Array.from({ length: 20 }, (_, i) => scalar(`s${i}`)))
  const other = P.sumOf(Array.from({ length: 20 }, (_, i) => scalar(`t${i}`)))
  const product = P.multiply(wide, other)
  expect(P.expand(product)).toBe(product)
})
