import { expect, test } from 'vitest'
import { nameReads } from '../../../compiler/2-normalize/name-reads.ts'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { print } from '../../../compiler/2-normalize/print.ts'
import { expectRewrite, expectUntouched, key, out, outFunction, program, read, readAtom, rewritten, scalar, value, write } from './programs.ts' // prettier-ignore

const [k, q, v, beta] = [key('k'), key('q'), value('v'), scalar('beta')]

test('leaves alone reads that are named in order', () => {
  expectUntouched(
    nameReads,
    program([read('r1', k), write(k, v, { r1: beta }), read('r2', q)], out('o', ['r2'])),
  )
})

test('numbers reads in the order of the program, wherever they are used', () => {
  expectRewrite(
    nameReads,
    program([read('b', k), write(k, v, { b: beta }), read('a', q)], out('o', ['a', 'b'])),
    program([read('r1', k), write(k, v, { r1: beta }), read('r2', q)], out('o', ['r2', 'r1'])),
  )
})

test('a name that another read had is no hindrance', () => {
  expectRewrite(
    nameReads,
    program([read('r2', k), read('r1', q)], out('o', ['r1'])),
    program([read('r1', k), read('r2', q)], out('o', ['r2'])),
  )
})

test('functions of reads keep the atoms by which they know them', () => {
  const after = rewritten(
    nameReads,
    program([read('x', q)], outFunction('o', P.call('tanh', [readAtom('x')]), ['x'])),
  )
  expect(print(after)).toContain('out o = tanh(r1)')
})

test('reads of all states are numbered through', () => {
  const one = program([read('x', k)])
  const two = { ...one.states[0], state: 'R' }
  const named = nameReads.run({
    ...one,
    states: [...one.states, two],
    outputs: [
      {
        ...out('o', []),
        reads: [
          { state: 'R', read: 'x' },
          { state: 'S', read: 'x' },
        ],
      } as never,
    ],
  })
  expect(named.outputs[0].reads).toEqual([
    { state: 'R', read: 'r2' },
    { state: 'S', read: 'r1' },
  ])
})
