import type { LayerProgram, StateProgram } from '../2-normalize/state-program.ts'

/** Values of `f32` that a chunk's stages may keep in workgroup memory. */
const room = 4096
const block = 16

/**
 * C where the user does not say. Feedback is solved at a cost that grows with C, and rounds more where writes may
 * overshoot, so it gets one block; without feedback longer chunks store fewer states.
 */
export const defaultChunkSize = (program: LayerProgram): number => {
  const wanted = program.states.some(hasFeedback) ? block : 2 * block
  return Math.min(wanted, largestChunkSize(program))
}

/** The largest C whose stages fit a workgroup's memory. */
export const largestChunkSize = (program: LayerProgram): number =>
  Math.min(...program.states.map((s) => Math.floor(room / (block * Math.max(1, writesOf(s))))))

const writesOf = (s: StateProgram): number => s.ops.filter((op) => op.kind === 'write').length
const hasFeedback = (s: StateProgram): boolean =>
  s.ops.some((op) => op.kind === 'write' && op.terms.length > 0)
