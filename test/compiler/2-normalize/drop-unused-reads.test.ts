import { test } from 'vitest'
import { dropUnusedReads } from '../../../compiler/2-normalize/drop-unused-reads.ts'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { expectRewrite, expectUntouched, key, out, outFunction, program, read, readAtom, scalar, value, write } from './programs.ts' // prettier-ignore

const [k, q, v, beta] = [key('k'), key('q'), value('v'), scalar('beta')]

test('leaves alone reads that a write or an output uses', () => {
  const ops = [read('r1', k), write(k, v, { r1: beta }), read('r2', q)]
  expectUntouched(dropUnusedReads, program(ops, out('o', ['r2'])))
  expectUntouched(dropUnusedReads, program(ops, outFunction('o', P.call('tanh', [readAtom('r2')]), ['r2'])))
})

test('the others go', () => {
  expectRewrite(
    dropUnusedReads,
    program([read('r1', k), read('r2', q), write(k, v), read('r3', k)], out('o', ['r3'])),
    program([write(k, v), read('r3', k)], out('o', ['r3'])),
  )
})
