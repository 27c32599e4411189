import { test } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { settleDecays } from '../../../compiler/2-normalize/settle-decays.ts'
import { decay, expectRewrite, expectUntouched, fade, key, out, program, read, scalar, times, value, write } from './programs.ts' // prettier-ignore

const [a, beta, g, k, q, v] = [scalar('a'), scalar('beta'), key('g'), key('k'), key('q'), value('v')]
const exp = P.exponential(g)

test('leaves alone a read that does not hold the decay', () => {
  expectUntouched(settleDecays, program([read('r1', k), decay(a), write(k, v, { r1: beta })]))
})

test('leaves alone a read of which only some uses hold the decay', () => {
  expectUntouched(
    settleDecays,
    program([read('r1', k), decay(a), write(k, v, { r1: times(a, beta) }), write(q, v, { r1: beta })]),
  )
})

test('leaves alone a read that an output uses as it is', () => {
  expectUntouched(
    settleDecays,
    program([read('r1', k), decay(a), write(k, v, { r1: times(a, beta) })], out('o', ['r1'])),
  )
})

test('leaves alone a read with a write before the decay, and one along V', () => {
  expectUntouched(
    settleDecays,
    program([read('r1', times(a, k)), write(k, v), decay(a), write(k, v, { r1: beta })]),
  )
  expectUntouched(settleDecays, program([read('r1', times(a, v), 'value'), decay(a)]))
})

test('leaves alone a read with a decay of the value axis in its way', () => {
  expectUntouched(
    settleDecays,
    program([read('r1', times(a, k)), decay(a), decay(v, 'value'), write(k, v, { r1: beta })]),
  )
})

test('a key that holds the decay is read after it', () => {
  expectRewrite(
    settleDecays,
    program([read('r1', times(exp, k)), fade(g), write(k, v, { r1: beta })]),
    program([fade(g), read('r1', k), write(k, v, { r1: beta })]),
  )
})

test('a scalar decay in every use is taken out of all of them', () => {
  expectRewrite(
    settleDecays,
    program([read('r1', k), decay(a), write(k, v, { r1: times(a, beta) }), write(q, v, { r1: a })]),
    program([decay(a), read('r1', k), write(k, v, { r1: beta }), write(q, v, { r1: P.one })]),
  )
})

test('several reads move one by one', () => {
  expectRewrite(
    settleDecays,
    program([
      read('r1', k),
      read('r2', times(a, q)),
      decay(a),
      write(k, v, { r1: times(a, beta), r2: beta }),
    ]),
    program([decay(a), read('r2', q), read('r1', k), write(k, v, { r1: beta, r2: beta })]),
  )
})
