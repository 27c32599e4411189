import fc from 'fast-check'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import type { Polynomial } from '../../../compiler/2-normalize/polynomial.ts'
import * as Q from '../../../compiler/rational.ts'
import { key, scalar } from './programs.ts'

const leaf: fc.Arbitrary<Polynomial> = fc.oneof(
  fc.constantFrom('a', 'b', 'c').map(scalar),
  fc.constantFrom('k', 'l').map(key),
  fc.integer({ min: -2, max: 3 }).map(P.whole),
  fc.constantFrom(P.constant(Q.rational(1, 2)), P.constant(Q.rational(-3, 4))),
)

/** Random polynomials of scalars and of vectors of three lanes. */
export const randomPolynomial: fc.Arbitrary<Polynomial> = fc.letrec<{ p: Polynomial }>((tie) => ({
  p: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(tie('p'), tie('p')).map(([x, y]) => P.add(x, y)),
    fc.tuple(tie('p'), tie('p')).map(([x, y]) => P.multiply(x, y)),
    tie('p').map(P.negate),
    tie('p').map((x) => P.call('tanh', [x])),
    tie('p').map((x) => P.exponential(P.multiply(P.constant(Q.rational(1, 4)), P.call('tanh', [x])))),
    tie('p').map((x) => P.sumLanes(x, x.lanes)),
  ),
})).p
