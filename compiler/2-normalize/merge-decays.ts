import type { Pass } from '../pass.ts'
import { decayFactor, decayForm } from './decay-form.ts'
import * as P from './polynomial.ts'
import type { Decay, LayerProgram, MicroOp } from './state-program.ts'

/**
 * Merge neighbouring decays of one axis.
 *
 *     decay a; decay b  ⇒  decay a·b
 */
export const mergeDecays: Pass<LayerProgram> = {
  name: 'merge-decays',
  run: (program) => ({
    ...program,
    states: program.states.map((s) => ({ ...s, ops: s.ops.reduce<readonly MicroOp[]>(append, []) })),
  }),
}

const append = (ops: readonly MicroOp[], op: MicroOp): readonly MicroOp[] => {
  if (op.kind !== 'decay') return [...ops, op]
  // Decays of the two axes commute: look past one of the other axis.
  const at = ops.findLastIndex((o) => o.kind !== 'decay' || o.axis === op.axis)
  const before = ops[at]
  if (before?.kind !== 'decay') return [...ops, op]
  const merged: Decay = {
    kind: 'decay',
    axis: op.axis,
    ...decayForm(P.multiply(decayFactor(before), decayFactor(op))),
  }
  return ops.with(at, merged)
}
