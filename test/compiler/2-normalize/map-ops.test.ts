import { expect, test } from 'vitest'
import { mapOps } from '../../../compiler/2-normalize/map-ops.ts'
import { decay, key, out, program, read, scalar, value, write } from './programs.ts'

const before = program(
  [decay(scalar('a')), write(key('k'), value('v')), read('r1', key('q'))],
  out('o', ['r1']),
)

test('leaves everything else alone', () => {
  expect(mapOps((op) => [op])(before)).toEqual(before)
})

test('an op may become none or several, in its place', () => {
  const kinds = mapOps((op) => (op.kind === 'decay' ? [] : op.kind === 'write' ? [op, op] : [op]))(before)
  expect(kinds.states[0].ops.map((op) => op.kind)).toEqual(['write', 'write', 'read'])
  expect(before.states[0].ops).toHaveLength(3)
})
