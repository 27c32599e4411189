import { test } from 'vitest'
import { mergeWrites } from '../../../compiler/2-normalize/merge-writes.ts'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { decay, expectRewrite, expectUntouched, key, plus, program, read, scalar, times, value, write } from './programs.ts' // prettier-ignore

const [a, beta, k, l, v, w] = [scalar('a'), scalar('beta'), key('k'), key('l'), value('v'), value('w')]
const negative = P.negate(beta)

test('leaves alone writes of different keys and values', () => {
  expectUntouched(mergeWrites, program([write(k, v), write(l, w)]))
})

test('leaves alone writes with a decay or a read between them', () => {
  expectUntouched(
    mergeWrites,
    program([write(k, v), decay(a), write(k, w), read('r1', l), write(k, v, { r1: beta })]),
  )
})

test('leaves alone values that lean on different reads', () => {
  expectUntouched(
    mergeWrites,
    program([read('r1', k), read('r2', l), write(k, v, { r1: beta }), write(l, v, { r2: beta })]),
  )
})

test('leaves alone values of which one is a multiple of the other', () => {
  expectUntouched(mergeWrites, program([write(k, times(a, v)), write(l, times(beta, v))]))
  expectUntouched(mergeWrites, program([write(k, times(P.whole(2), v)), write(l, times(P.whole(3), v))]))
})

test('one key: the values are summed', () => {
  expectRewrite(
    mergeWrites,
    program([read('r1', k), write(k, v), write(k, w, { r1: negative }), write(k, P.zero, { r1: negative })]),
    program([read('r1', k), write(k, plus(v, w), { r1: times(P.whole(2), negative) })]),
  )
})

test('one value: the keys are summed', () => {
  expectRewrite(mergeWrites, program([write(k, v), write(l, v)]), program([write(plus(k, l), v)]))
  expectRewrite(
    mergeWrites,
    program([read('r1', k), write(k, v, { r1: beta }), write(l, v, { r1: beta })]),
    program([read('r1', k), write(plus(k, l), v, { r1: beta })]),
  )
})

test('a value that comes to 0 writes nothing', () => {
  expectRewrite(
    mergeWrites,
    program([read('r1', k), write(k, v, { r1: beta }), write(k, P.negate(v), { r1: negative }), write(l, w)]),
    program([read('r1', k), write(l, w)]),
  )
})

test('the order among the writes of a micro-step has no meaning: fed ones come first', () => {
  expectRewrite(
    mergeWrites,
    program([read('r1', l), write(k, v), write(l, w, { r1: beta })]),
    program([read('r1', l), write(l, w, { r1: beta }), write(k, v)]),
  )
})
