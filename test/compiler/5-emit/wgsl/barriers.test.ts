import { expect, test } from 'vitest'
import type { LoopProgram, Statement, Step } from '../../../../compiler/4-lower/loop-ir.ts'
import { placeBarriers, type Guarded } from '../../../../compiler/5-emit/wgsl/barriers.ts'
import { at, i, n, op, program, region, store } from '../../4-lower/programs.ts'

const kernel = (...body: Step[]): LoopProgram =>
  program({
    bindings: [
      { name: 'x', element: 'f32', access: 'read' },
      { name: 'y', element: 'f32', access: 'read_write' },
    ],
    workgroup: [
      { name: 'v', element: 'f32', size: 8 },
      { name: 'w', element: 'f32', size: 8 },
    ],
    private: [{ name: 's', element: 'f32', size: 8 }],
    body,
  })

const copy = (to: string, from: string): Statement => store(to, n('lane'), at(from, n('lane')))
const move = (to: string, from: string): Step => region(`${to} = ${from}`, copy(to, from))
const loop = (...body: Step[]): Step => ({ kind: 'for', variable: 'j', from: i(0), to: i(2), body })

/** The regions that have a barrier before them, marked by the memory it orders. */
const marks = (guarded: readonly Guarded[]): string[] =>
  guarded.flatMap(({ step, barrier, body }) =>
    step.kind === 'region'
      ? [`${barrier?.workgroup ? 'W ' : ''}${barrier?.storage ? 'S ' : ''}${step.note}`]
      : marks(body),
  )

test.each<[string, Step[], string[]]>([
  ['none before the first region or after the last', [move('w', 'x')], ['w = x']],
  [
    'none between regions that do not meet',
    [move('w', 'x'), move('v', 'x'), move('s', 'x')],
    ['w = x', 'v = x', 's = x'],
  ],
  ['none where both only read', [move('v', 'w'), move('s', 'w')], ['v = w', 's = w']],
  ['none for private arrays', [move('s', 'x'), move('y', 's')], ['s = x', 'y = s']],
  ['a read after a write', [move('w', 'x'), move('y', 'w')], ['w = x', 'W y = w']],
  ['a write after a read', [move('y', 'w'), move('w', 'x')], ['y = w', 'W w = x']],
  ['a write after a write', [move('w', 'x'), move('w', 's')], ['w = x', 'W w = s']],
  ['storage that is read later', [move('y', 'x'), move('w', 'y')], ['y = x', 'S w = y']],
  [
    'one barrier serves all that came before',
    [move('w', 'x'), move('v', 'x'), move('s', 'w'), move('s', 'v')],
    ['w = x', 'v = x', 'W s = w', 's = v'],
  ],
  [
    'a storage barrier orders no workgroup memory',
    [move('y', 'x'), move('w', 'x'), move('s', 'y'), move('s', 'w')],
    ['y = x', 'w = x', 'S s = y', 'W s = w'],
  ],
  ['a loop meets itself', [loop(move('w', 'x'), move('s', 'w'))], ['W w = x', 'W s = w']],
  ['a loop that only writes before one barrier', [loop(move('w', 'x'))], ['W w = x']],
  [
    'what stands before a loop meets what is in it',
    [move('w', 'x'), loop(move('s', 'w'))],
    ['w = x', 'W s = w'],
  ],
  [
    'what stands in a loop meets what comes after',
    [loop(move('s', 'w')), move('w', 'x')],
    ['s = w', 'W w = x'],
  ],
  [
    'an untaken branch leaves what was before',
    [
      move('w', 'x'),
      { kind: 'if', condition: op(n('group.x'), '==', i(0)), body: [move('v', 'w')] },
      move('s', 'w'),
    ],
    ['w = x', 'W v = w', 'W s = w'],
  ],
])('%s', (_, body, expected) => {
  expect(marks(placeBarriers(kernel(...body)))).toEqual(expected)
})
