import { expect, test } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { print } from '../../../compiler/2-normalize/print.ts'
import { decay, fade, key, minus, out, outFunction, plus, program, read, readAtom, scalar, times, value, write } from './programs.ts' // prettier-ignore

const [a, beta, g, k, q, v] = [scalar('a'), scalar('beta'), scalar('g'), key('k'), key('q'), value('v')]

test('a program is one line for each thing that happens', () => {
  const text = print(
    program(
      [
        fade(g),
        decay(value('e'), 'value'),
        read('r1', k),
        write(k, times(beta, v), { r1: P.negate(beta) }),
        read('r2', q),
        read('r3', v, 'value'),
      ],
      out('o', ['r2'], v),
      outFunction('p', P.call('tanh', [readAtom('r2')]), ['r2']),
    ),
  )
  expect(text).toBe(`state S: 3 × 2
  decay exp(g)
  decay along V by e
  read k → r1
  write k, beta·v - beta·r1
  read q → r2
  read along V v → r3
out o = r2 + v
out p = tanh(r2)`)
})

test('sums stand in brackets where something is multiplied by them', () => {
  expect(print(program([read('r1', k), write(k, P.zero, { r1: minus(a, beta) })]))).toContain(
    'write k, (a - beta)·r1',
  )
  expect(print(program([write(times(plus(k, q), minus(P.one, a)), v)]))).toContain('write (1 - a)·(k + q), v')
})

test('nothing is written as 0, and a read of weight one by its name', () => {
  expect(
    print(program([read('r1', k), write(k, P.zero), write(k, P.zero, { r1: P.one })], out('o', []))),
  ).toBe(
    `state S: 3 × 2
  read k → r1
  write k, 0
  write k, r1
out o = 0`,
  )
})

test('a transposed state says so', () => {
  const { states, ...rest } = program([])
  expect(print({ ...rest, states: [{ ...states[0], transposed: true }] })).toBe('state S (transposed): 3 × 2')
})
