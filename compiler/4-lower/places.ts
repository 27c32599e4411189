import type { Field, Operand } from '../3-plan/kernel-plan.ts'
import { add, div, equal, groupY, int, load, mul, name, real, select, store } from './build.ts'
import type { Expr, Statement } from './loop-ir.ts'

/** Where things stand in the buffers: every index that a stage forms is formed here. */

export const heads = name('heads')
export const head = groupY

/** Component `j` of a row's `size` values for this head. */
export const rowIndex = (row: Expr, size: number, j: Expr): Expr =>
  add(mul(add(mul(row, heads), head), int(size)), j)

/** The columns of `table.chunks`. */
export const chunkFirstToken = (chunk: Expr): Expr => load('table.chunks', mul(chunk, int(4)))
export const chunkFirstRow = (chunk: Expr): Expr => load('table.chunks', add(mul(chunk, int(4)), int(1)))
export const chunkCount = (chunk: Expr): Expr => load('table.chunks', add(mul(chunk, int(4)), int(2)))

export const sequenceFirstChunk = (sequence: Expr): Expr => load('table.sequences', mul(sequence, int(2)))
export const sequenceChunkCount = (sequence: Expr): Expr =>
  load('table.sequences', add(mul(sequence, int(2)), int(1)))

/** 1 where the token counts, 0 where it is padding. */
export const liveToken = (token: Expr): Expr => {
  const masked = equal(name('masked'), int(1))
  // Without a mask its buffer holds one entry, and both sides may be evaluated.
  return select(masked, load('table.mask', select(masked, token, int(0))), int(1))
}

/** Component `index` of an input's `size` values at a token, for this head: heads share where there are fewer. */
export const inputAt = (input: string, size: number, token: Expr, index: Expr): Expr => {
  const share = name(`share.${input}`)
  return load(input, add(mul(add(mul(token, div(heads, share)), div(head, share)), int(size)), index))
}

export const paramAt = (param: string, size: number, index: Expr): Expr =>
  load(param, add(mul(div(head, name(`share.${param}`)), int(size)), index))

export const frameBuffer = 'scratch.frame'

export const fieldAt = (frameSize: number, field: Field, row: Expr, lane: Expr): Expr =>
  load(frameBuffer, rowIndex(row, frameSize, add(int(field.offset), field.lanes === 1 ? int(0) : lane)))

export const operandAt = (frameSize: number, operand: Operand, row: Expr, lane: Expr): Expr =>
  operand.kind === 'constant' ? real(operand.value) : fieldAt(frameSize, operand.field, row, lane)

/** `scale · value`, or the value alone where there is no scale. */
export const scaled = (
  frameSize: number,
  scale: Operand | undefined,
  row: Expr,
  lane: Expr,
  value: Expr,
): Expr => (scale === undefined ? value : mul(operandAt(frameSize, scale, row, lane), value))

/** Entry (d, v) of the state of a sequence, told along the program's axes. */
export const stateIndex = (
  state: { readonly K: number; readonly V: number; readonly transposed: boolean },
  sequence: Expr,
  d: Expr,
  v: Expr,
): Expr => {
  const base = mul(add(mul(sequence, heads), head), int(state.K * state.V))
  return state.transposed ? add(base, mul(v, int(state.K)), d) : add(base, mul(d, int(state.V)), v)
}

export const stateBuffer = (state: string): string => `state.${state}`

/** Component `j` of a token's output. */
export const putOutput = (output: string, size: number, token: Expr, j: Expr, value: Expr): Statement =>
  store(output, rowIndex(token, size, j), value)
