import { test } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { scaleWrites } from '../../../compiler/2-normalize/scale-writes.ts'
import { decay, expectRewrite, expectUntouched, key, minus, out, program, read, scalar, times, value, write } from './programs.ts' // prettier-ignore

const [beta, a, k, v, q] = [scalar('beta'), scalar('a'), key('k'), value('v'), key('q')]

test('leaves alone a key with nothing to take out', () => {
  expectUntouched(
    scaleWrites,
    program([decay(a), write(k, v), write(times(k, key('w')), v), read('r1', times(a, q))], out('o', ['r1'])),
  )
})

test('moves a scalar from the key to the value and to what the write reads', () => {
  expectRewrite(
    scaleWrites,
    program([read('r1', k), write(times(beta, k), v, { r1: P.negate(P.one) })]),
    program([read('r1', k), write(k, times(beta, v), { r1: P.negate(beta) })]),
  )
})

test('finds the scalar in a sum of proportional keys', () => {
  expectRewrite(
    scaleWrites,
    program([write(minus(k, times(a, k)), v)]),
    program([write(k, times(minus(P.one, a), v))]),
  )
})

test('a key that is 0 writes nothing', () => {
  expectRewrite(scaleWrites, program([write(minus(k, k), v), write(k, v)]), program([write(k, v)]))
})
