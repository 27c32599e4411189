import type { LayerProgram, MicroOp } from './state-program.ts'

/** Rewrite each op of each state on its own. */
export const mapOps =
  (f: (op: MicroOp) => readonly MicroOp[]) =>
  (program: LayerProgram): LayerProgram => ({
    ...program,
    states: program.states.map((s) => ({ ...s, ops: s.ops.flatMap(f) })),
  })
