import type { BinaryOp, Expr, LoopProgram, Statement } from '../../compiler/4-lower/loop-ir.ts'
import type { LoweredLayer } from '../../compiler/4-lower/lowered.ts'
import { rational } from '../../compiler/rational.ts'
import { readLayer } from './compiled.ts'

const int = (value: number): Expr => ({ kind: 'int', value })
const name = (text: string): Expr => ({ kind: 'name', name: text })
const load = (array: string, index: Expr): Expr => ({ kind: 'load', array, index })
const binary = (op: BinaryOp, left: Expr, right: Expr): Expr => ({ kind: 'binary', op, left, right })
const plus = (a: Expr, b: Expr): Expr => binary('+', a, b)
const times = (a: Expr, b: Expr): Expr => binary('*', a, b)
const let_ = (text: string, value: Expr): Statement => ({ kind: 'let', name: text, type: 'i32', value })
const store = (array: string, index: Expr, value: Expr): Statement => ({ kind: 'store', array, index, value })

const state = plus(times(name('group.x'), name('heads')), name('group.y'))
const masked = binary('==', name('masked'), int(1))
const counts = binary(
  '==',
  {
    kind: 'select',
    condition: masked,
    then: load('table.mask', { kind: 'select', condition: masked, then: name('token'), else: int(0) }),
    else: int(1),
  },
  int(1),
)
const zero: Expr = { kind: 'real', value: rational(0) }
const input = load(
  'x',
  plus(
    times(name('token'), binary('/', name('heads'), name('share.x'))),
    binary('/', name('group.y'), name('share.x')),
  ),
)
const step: readonly Statement[] = [
  let_('token', plus(load('table.chunks', times(name('chunk'), int(4))), name('i'))),
  store(
    'own.S',
    int(0),
    plus(load('own.S', int(0)), { kind: 'select', condition: counts, then: input, else: zero }),
  ),
  store('o', plus(times(name('token'), name('heads')), name('group.y')), {
    kind: 'select',
    condition: counts,
    then: load('own.S', int(0)),
    else: zero,
  }),
]
const firstChunk = load('table.sequences', times(name('group.x'), int(2)))
const program: LoopProgram = {
  name: 'sum',
  doc: 'Token by token.',
  bindings: [
    { name: 'x', element: 'f32', access: 'read' },
    { name: 'o', element: 'f32', access: 'read_write' },
    { name: 'state.S', element: 'f32', access: 'read_write' },
    { name: 'table.chunks', element: 'i32', access: 'read' },
    { name: 'table.sequences', element: 'i32', access: 'read' },
    { name: 'table.mask', element: 'i32', access: 'read' },
  ],
  uniforms: ['heads', 'share.x', 'masked'],
  workgroupSize: 1,
  workgroup: [],
  private: [{ name: 'own.S', element: 'f32', size: 1 }],
  body: [
    {
      kind: 'region',
      note: 'the tokens of a sequence',
      body: [
        store('own.S', int(0), load('state.S', state)),
        {
          kind: 'for',
          variable: 'chunk',
          from: firstChunk,
          to: plus(firstChunk, load('table.sequences', plus(times(name('group.x'), int(2)), int(1)))),
          body: [
            {
              kind: 'for',
              variable: 'i',
              from: int(0),
              to: load('table.chunks', plus(times(name('chunk'), int(4)), int(2))),
              body: step,
            },
          ],
        },
        store('state.S', state, load('own.S', int(0))),
      ],
    },
  ],
}

/** A running sum, with its kernel written by hand: the proof is tested without the lowering. */
export const runningSum = {
  layer: readLayer('mixer sum { input x: scalar state S: scalar S[t] = S[t-1] + x output o: scalar = S[t] }'),
  lowered: {
    name: 'sum',
    dims: {},
    inputs: [{ name: 'x', shape: [] }],
    params: [],
    states: [{ name: 'S', shape: [], fedBy: ['x'] }],
    outputs: [{ name: 'o', shape: [] }],
    recurrent: {
      name: 'recurrent',
      chunkSize: 4,
      stages: [{ program, grid: { x: 'sequences', z: 1 } }],
      scratch: [],
    },
    chunkMissing: 'it is only an example',
  } satisfies LoweredLayer,
}
