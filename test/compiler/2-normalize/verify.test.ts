import { expect, test } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { verify } from '../../../compiler/2-normalize/verify.ts'
import { decay, key, out, outFunction, program, read, readAtom, scalar, value, write } from './programs.ts'

const [k, q, v, beta] = [key('k'), key('q'), value('v'), scalar('beta')]
const leaked = readAtom('r1')

test('a sound program has no faults', () => {
  const ops = [decay(beta), read('r1', k), write(k, v, { r1: beta }), read('r2', q)]
  expect(verify(program(ops, out('o', ['r2'], v)))).toEqual([])
  expect(verify(program(ops, outFunction('o', readAtom('r2'), ['r2'])))).toEqual([])
})

test.each([
  ['a decay that holds a read', program([decay(leaked)]), 'S: a decay holds a read'],
  ['a read key that holds a read', program([read('r2', leaked)]), 'S: a read key holds a read'],
  ['a write key that holds a read', program([write(leaked, v)]), 'S: a write key holds a read'],
  ['a value that holds a read', program([write(k, leaked)]), 'S: a written value holds a read'],
  [
    'a coefficient that holds a read, at any depth',
    program([read('r1', k), write(k, v, { r1: P.exponential(leaked) })]),
    'S: a coefficient holds a read',
  ],
  ['one name for two reads', program([read('r1', k), read('r1', q)]), 'S: r1 is read twice'],
  [
    'a use before the read',
    program([write(k, v, { r1: beta }), read('r1', k)]),
    'S: a write uses r1 before it is read along the key axis',
  ],
  [
    'a write that leans on a read along V',
    program([read('r1', v, 'value'), write(k, v, { r1: beta })]),
    'S: a write uses r1 before it is read along the key axis',
  ],
  [
    'an output of a read that is not there',
    program([], out('o', ['r1'])),
    'output o uses r1, which S does not read',
  ],
  [
    'an output of a state that is not there',
    program([read('r1', k)], { ...out('o', []), reads: [{ state: 'R', read: 'r1' }] } as never),
    'output o uses r1, which R does not read',
  ],
  [
    'a read left in what an output is given',
    program([read('r1', k)], out('o', ['r1'], leaked)),
    'output o: a read is left in what is given',
  ],
])('%s is a fault', (_, wrong, fault) => {
  expect(verify(wrong)).toContain(fault)
})
