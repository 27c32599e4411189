import type { Pass } from '../pass.ts'
import { decayFactor } from './decay-form.ts'
import * as P from './polynomial.ts'
import type { LayerProgram, MicroOp, ReadOp, StateProgram } from './state-program.ts'

/**
 * A read whose key (or every use) holds the decay that follows is a read after that decay.
 *
 *     read d⊙p → r; decay d  ⇒  decay d; read p → r
 *     read p → r; decay a; … a·c·r …  ⇒  decay a; read p → r; … c·r …
 *
 * So `(I − β k kᵀ) diag(d) S` and its expansion are one program, and the delta rule reads what it corrects.
 */
export const settleDecays: Pass<LayerProgram> = {
  name: 'settle-decays',
  run: (program) => ({ ...program, states: program.states.map((s) => settle(s, program)) }),
}

const settle = (state: StateProgram, program: LayerProgram): StateProgram => {
  const outputs = new Set(
    program.outputs.flatMap((o) => o.reads.filter((r) => r.state === state.state).map((r) => r.read)),
  )
  let ops = state.ops
  for (const op of state.ops) {
    if (op.kind !== 'read' || op.axis !== 'key') continue
    const moved = moveAfterDecay(ops, op, outputs.has(op.id))
    if (moved) ops = moved
  }
  return ops === state.ops ? state : { ...state, ops }
}

const moveAfterDecay = (
  ops: readonly MicroOp[],
  read: ReadOp,
  isOutput: boolean,
): readonly MicroOp[] | undefined => {
  const at = ops.indexOf(read)
  const next = ops.findIndex((op, i) => i > at && op.kind !== 'read')
  const decay = next < 0 ? undefined : ops[next]
  if (decay?.kind !== 'decay' || decay.axis !== 'key') return undefined
  // A value decay beside it would have to be passed too.
  const run = ops.slice(next).findIndex((op) => op.kind !== 'decay')
  if (run !== 1) return undefined
  const factor = decayFactor(decay)
  const place = (rewritten: ReadOp, rest: readonly MicroOp[]): readonly MicroOp[] => [
    ...rest.slice(0, at),
    ...rest.slice(at + 1, next + 1),
    rewritten,
    ...rest.slice(next + 1),
  ]
  const inner = P.without(read.p, factor)
  if (inner) return place({ ...read, p: inner }, ops)
  if (isOutput || factor.lanes !== 1) return undefined
  const rewritten: MicroOp[] = []
  for (const op of ops) {
    if (op.kind !== 'write') {
      rewritten.push(op)
      continue
    }
    const terms = op.terms.map((t) =>
      t.read === read.id ? { read: t.read, coefficient: P.without(t.coefficient, factor) } : t,
    )
    if (terms.some((t) => t.coefficient === undefined)) return undefined
    rewritten.push({ ...op, terms: terms.map((t) => ({ read: t.read, coefficient: t.coefficient! })) })
  }
  return place(read, rewritten)
}
