import { expect, test } from 'vitest'
import { dropUnusedReads } from '../../../compiler/2-normalize/drop-unused-reads.ts'
import { foldOutputScales } from '../../../compiler/2-normalize/fold-output-scales.ts'
import { nameReads } from '../../../compiler/2-normalize/name-reads.ts'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { print } from '../../../compiler/2-normalize/print.ts'
import { decay, expectUntouched, key, out, outFunction, plus, program, read, readAtom, rewritten, scalar, times, value, write } from './programs.ts' // prettier-ignore
import type { LayerProgram } from '../../../compiler/2-normalize/state-program.ts'

const [c, q, p, k, v] = [scalar('c'), key('q'), key('p'), key('k'), value('v')]
const [r1, r2] = [readAtom('r1'), readAtom('r2')]

/** With the reads that are left behind gone, and the rest named anew. */
const expectFolds = (before: LayerProgram, after: LayerProgram): void => {
  const folded = dropUnusedReads.run(rewritten(foldOutputScales, before))
  expect(print(nameReads.run(folded))).toBe(print(nameReads.run(after)))
}

test('leaves alone one read, and reads at different points', () => {
  expectUntouched(foldOutputScales, program([write(k, v), read('r1', q)], out('o', ['r1'], v)))
  expectUntouched(
    foldOutputScales,
    program([read('r1', p), write(k, v), read('r2', q)], out('o', ['r1', 'r2'])),
  )
})

test('leaves alone a function that is not linear, and a scale that varies along V', () => {
  const ops = [read('r1', q)]
  expectUntouched(foldOutputScales, program(ops, outFunction('o', P.call('tanh', [r1]), ['r1'])))
  expectUntouched(foldOutputScales, program(ops, outFunction('o', times(value('e'), r1), ['r1'])))
})

test('a scale goes into the key', () => {
  expectFolds(
    program([write(k, v), read('r1', q)], outFunction('o', plus(times(c, r1), v), ['r1'])),
    program([write(k, v), read('r1', times(c, q))], out('o', ['r1'], v)),
  )
})

test('reads at one point become one', () => {
  expectFolds(
    program(
      [write(k, v), read('r1', p), read('r2', q)],
      outFunction('o', plus(r1, times(c, r2)), ['r1', 'r2']),
    ),
    program([write(k, v), read('r1', plus(p, times(c, q)))], out('o', ['r1'])),
  )
})

test('reads at two points stay two, each scaled', () => {
  expectFolds(
    program(
      [read('r1', p), decay(c), read('r2', q)],
      outFunction('o', plus(times(P.whole(2), r1), times(c, r2)), ['r1', 'r2']),
    ),
    program([read('r1', times(P.whole(2), p)), decay(c), read('r2', times(c, q))], out('o', ['r1', 'r2'])),
  )
})

test('two outputs of one read each get their own', () => {
  expectFolds(
    program(
      [read('r1', q)],
      outFunction('o', times(c, r1), ['r1']),
      outFunction('p', times(P.whole(2), r1), ['r1']),
    ),
    program([read('r2', times(P.whole(2), q)), read('r1', times(c, q))], out('o', ['r1']), out('p', ['r2'])),
  )
})
