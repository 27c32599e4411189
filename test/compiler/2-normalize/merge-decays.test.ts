import { test } from 'vitest'
import { mergeDecays } from '../../../compiler/2-normalize/merge-decays.ts'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { decay, expectRewrite, expectUntouched, fade, key, plus, program, read, scalar, times, value, write } from './programs.ts' // prettier-ignore

const [a, b, g, h, k, v] = [scalar('a'), scalar('b'), scalar('g'), key('h'), key('k'), value('v')]

test('leaves alone decays with a read or a write between them', () => {
  expectUntouched(mergeDecays, program([decay(a), read('r1', k), decay(b), write(k, v), decay(a)]))
})

test('leaves alone decays of the two axes', () => {
  expectUntouched(mergeDecays, program([decay(a), decay(value('e'), 'value')]))
})

test('neighbours of one axis become their product', () => {
  expectRewrite(mergeDecays, program([decay(a), decay(b), decay(k)]), program([decay(times(a, b, k))]))
})

test('logs are summed, and a log beside a plain decay becomes its factor', () => {
  expectRewrite(mergeDecays, program([fade(g), fade(h)]), program([fade(plus(g, h))]))
  expectRewrite(mergeDecays, program([fade(g), decay(a)]), program([decay(times(P.exponential(g), a))]))
})

test('decays of the two axes commute', () => {
  expectRewrite(
    mergeDecays,
    program([fade(g), decay(value('e'), 'value'), fade(h), decay(value('f'), 'value')]),
    program([fade(plus(g, h)), decay(times(value('e'), value('f')), 'value')]),
  )
})
