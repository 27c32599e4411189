import type { DecayPlan, KernelPlan, StepPlan } from '../3-plan/kernel-plan.ts'
import { add, and, div, equal, int, load, mul, select } from './build.ts'
import type { Expr } from './loop-ir.ts'
import { fieldAt, heads, head, rowIndex } from './places.ts'

/** Tokens of a block: the unit that is solved by substitution; a chunk is one or more of them. */
export const blockSize = 16
export const workgroupSize = 64
/** `f32` values that a workgroup may keep (16 KiB, some held back). */
export const workgroupRoom = 3968

export type Axis = 'key' | 'value'

/** All that the stages of one state's chunk form share. */
export interface ChunkContext {
  readonly plan: KernelPlan
  readonly state: number
  readonly step: StepPlan
  readonly C: number
  /** Blocks of a chunk. */
  readonly blocks: number
  /** Reads that writes lean on: what makes the feedback. */
  readonly feeds: readonly number[]
  /** Writes that lean on reads, and writes that do not. */
  readonly fed: readonly number[]
  readonly free: readonly number[]
  /** The feedback differs from column to column of V, so that each has an inverse of its own. */
  readonly columnwise: boolean
  /** Unknowns of a chunk: the fed writes of its tokens. */
  readonly unknowns: number
}

export const chunkContext = (plan: KernelPlan, state: number): ChunkContext => {
  const step = plan.states[state]
  const C = plan.chunkSize
  const indices = step.writes.map((_, w) => w)
  const fed = indices.filter((w) => step.writes[w].terms.length > 0)
  const feeds = step.reads.flatMap((r, j) => (r.feeds ? [j] : []))
  const varies = (o: { kind: string; field?: { lanes: number } } | undefined): boolean =>
    o?.kind === 'field' && o.field!.lanes > 1
  const columnwise =
    fed.length > 0 &&
    (step.value !== undefined ||
      fed.some((w) => step.writes[w].terms.some((t) => varies(t.coefficient))) ||
      feeds.some(
        (j) =>
          varies(step.reads[j].scale) || step.reads[j].pairs.some((p) => p.kind === 'key' && varies(p.scale)),
      ))
  return {
    plan,
    state,
    step,
    C,
    blocks: Math.ceil(C / blockSize),
    feeds,
    fed,
    free: indices.filter((w) => step.writes[w].terms.length === 0),
    columnwise,
    unknowns: fed.length * C,
  }
}

/** Names of the scratch buffers of a state's chunk form. */
export const scratch = (ctx: ChunkContext, what: string): string => `scratch.${ctx.step.state}.${what}`

export const decayOf = (ctx: ChunkContext, axis: Axis): DecayPlan | undefined =>
  axis === 'key' ? ctx.step.key : ctx.step.value
export const lanesOfAxis = (ctx: ChunkContext, axis: Axis): number =>
  axis === 'key' ? ctx.step.K : ctx.step.V

/** Component `j` of `elements` values that a chunk keeps for this head. */
export const chunkIndex = (chunk: Expr, elements: number, j: Expr): Expr =>
  add(mul(add(mul(chunk, heads), head), int(elements)), j)

/**
 * Products of decays that the stages share, for each token and lane of the axis:
 * within the half-blocks of 2, 4 and 8 tokens (from the token to the half-block's border, itself left out), within
 * the block before and after it, and, where a chunk has several blocks, within the chunk before and after it.
 */
export const factorSlots = (ctx: ChunkContext): number => (ctx.blocks > 1 ? 7 : 5)
export const levels = 4

export const halfSlot = (level: number): number => level - 1
export const beforeInBlock = 3
export const afterInBlock = 4
export const beforeInChunk = (ctx: ChunkContext): number => (ctx.blocks > 1 ? 5 : beforeInBlock)
export const afterInChunk = (ctx: ChunkContext): number => (ctx.blocks > 1 ? 6 : afterInBlock)

const lane = (decay: DecayPlan, at: Expr): Expr => (decay.lanes === 1 ? int(0) : at)

export const factorBuffer = (ctx: ChunkContext, axis: Axis): string => scratch(ctx, `${axis}-decays`)
export const totalBuffer = (ctx: ChunkContext, axis: Axis): string => scratch(ctx, `${axis}-totals`)

export const factorIndex = (ctx: ChunkContext, axis: Axis, slot: number, row: Expr, at: Expr): Expr => {
  const decay = decayOf(ctx, axis)!
  return rowIndex(row, factorSlots(ctx) * decay.lanes, add(int(slot * decay.lanes), lane(decay, at)))
}

/** A product of decays of a token; undefined where the axis does not decay. */
export const factorAt = (
  ctx: ChunkContext,
  axis: Axis,
  slot: number,
  row: Expr,
  at: Expr,
): Expr | undefined =>
  decayOf(ctx, axis) && load(factorBuffer(ctx, axis), factorIndex(ctx, axis, slot, row, at))

/** The products over whole blocks, then (index `blocks`) what the chunk's total adds: total − 1, or the total itself. */
export const totalSize = (ctx: ChunkContext, decay: DecayPlan): number => (ctx.blocks + 1) * decay.lanes
export const totalIndex = (ctx: ChunkContext, axis: Axis, chunk: Expr, block: Expr, at: Expr): Expr => {
  const decay = decayOf(ctx, axis)!
  return chunkIndex(chunk, totalSize(ctx, decay), add(mul(block, int(decay.lanes)), lane(decay, at)))
}

/** `value` times the factors that are there. */
export const times = (value: Expr, ...factors: readonly (Expr | undefined)[]): Expr =>
  mul(value, ...factors.filter((f) => f !== undefined))

/** The decay of one token, as a factor. */
export const decayFactorAt = (ctx: ChunkContext, decay: DecayPlan, row: Expr, at: Expr): Expr => {
  const value = fieldAt(ctx.plan.frameSize, decay.field, row, at)
  return decay.form === 'log' ? { kind: 'call', fn: 'exp', args: [value] } : value
}

/**
 * The product of the decays of the tokens between token i and token t of a chunk, i < t, both left out: through the
 * border between them, so that it is never a quotient and never exceeds 1 where decays do not. For stages that take
 * pairs in any order; those that take many lanes of a pair walk the levels instead.
 */
export const betweenAt = (
  ctx: ChunkContext,
  axis: Axis,
  firstRow: Expr,
  chunk: Expr,
  t: Expr,
  i: Expr,
  at: Expr,
): Expr | undefined => {
  const decay = decayOf(ctx, axis)
  if (!decay) return undefined
  const pair = (slotT: number, slotI: number): Expr =>
    mul(
      load(factorBuffer(ctx, axis), factorIndex(ctx, axis, slotT, add(firstRow, t), at)),
      load(factorBuffer(ctx, axis), factorIndex(ctx, axis, slotI, add(firstRow, i), at)),
    )
  const together = (size: number): Expr => equal(div(t, int(size)), div(i, int(size)))
  let value = pair(beforeInBlock, afterInBlock)
  for (let block = 1; block + 1 < ctx.blocks; block++) {
    const inside = and(
      { kind: 'binary', op: '<', left: div(i, int(blockSize)), right: int(block) },
      { kind: 'binary', op: '<', left: int(block), right: div(t, int(blockSize)) },
    )
    const total = load(totalBuffer(ctx, axis), totalIndex(ctx, axis, chunk, int(block), at))
    value = mul(value, select(inside, total, { kind: 'real', value: { numerator: 1n, denominator: 1n } }))
  }
  for (let level = levels - 1; level >= 1; level--)
    value = select(together(2 << level), pair(halfSlot(level), halfSlot(level)), value)
  return select(together(2), { kind: 'real', value: { numerator: 1n, denominator: 1n } }, value)
}
