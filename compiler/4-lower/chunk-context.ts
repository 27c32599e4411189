import type { DecayPlan, KernelPlan, StepPlan } from '../3-plan/kernel-plan.ts'
import { add, and, call, div, equal, int, less, load, mul, real, select, store } from './build.ts'
import { bug } from '../pass.ts'
import type { Expr, Statement } from './loop-ir.ts'
import { fieldAt, rowIndex } from './places.ts'

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
  /** What the stages hand to one another for each row and for each chunk: one buffer each, in sections. */
  readonly rows: Layout
  readonly chunks: Layout
}

export interface Layout {
  readonly buffer: string
  readonly size: number
  readonly sections: ReadonlyMap<string, { readonly offset: number; readonly size: number }>
}

const layout = (buffer: string, sizes: Readonly<Record<string, number>>): Layout => {
  const sections = new Map<string, { offset: number; size: number }>()
  let size = 0
  for (const [section, elements] of Object.entries(sizes)) {
    sections.set(section, { offset: size, size: elements })
    size += elements
  }
  return { buffer, size, sections }
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
  const blocks = Math.ceil(C / blockSize)
  const unknowns = fed.length * C
  const { K, V } = step
  const decays = (['key', 'value'] as const).flatMap((axis) => {
    const decay = axis === 'key' ? step.key : step.value
    return decay ? [{ axis, lanes: decay.lanes }] : []
  })
  const width = wyWidthOf(columnwise, K, V)
  const rows = layout(`scratch.${step.state}.rows`, {
    ...Object.fromEntries(decays.map(({ axis, lanes }) => [`${axis} decays`, factorSlotsOf(blocks) * lanes])),
    ...(fed.length > 0
      ? { 'right-hand': columnwise ? 0 : fed.length * width, wy: fed.length * width, written: fed.length * V }
      : {}),
  })
  const system = unknowns * unknowns * (columnwise ? V : 1)
  const chunks = layout(`scratch.${step.state}.chunks`, {
    ...Object.fromEntries(decays.map(({ axis, lanes }) => [`${axis} totals`, (blocks + 1) * lanes])),
    ...(fed.length > 0 ? { dots: feeds.length * C * step.writes.length * C, system, inverse: system } : {}),
    entering: K * V,
  })
  return {
    plan,
    state,
    step,
    C,
    blocks,
    feeds,
    fed,
    free: indices.filter((w) => step.writes[w].terms.length === 0),
    columnwise,
    unknowns,
    rows,
    chunks,
  }
}

/** Values that a row keeps for each fed write: V of the given part, then, unless columns differ, K of the state's part. */
const wyWidthOf = (columnwise: boolean, K: number, V: number): number => V + (columnwise ? 0 : K)
export const wyWidth = (ctx: ChunkContext): number => wyWidthOf(ctx.columnwise, ctx.step.K, ctx.step.V)

const place = (l: Layout, section: string, at: Expr, j: Expr): Expr => {
  const { offset } = l.sections.get(section) ?? bug(`there is no section ${section}`)
  return rowIndex(at, l.size, add(int(offset), j))
}

/** Component `j` of a section of a row, or of a chunk, for this head. */
export const rowPlace = (ctx: ChunkContext, section: string, row: Expr, j: Expr): Expr =>
  place(ctx.rows, section, row, j)
export const chunkPlace = (ctx: ChunkContext, section: string, chunk: Expr, j: Expr): Expr =>
  place(ctx.chunks, section, chunk, j)
export const rowAt = (ctx: ChunkContext, section: string, row: Expr, j: Expr): Expr =>
  load(ctx.rows.buffer, rowPlace(ctx, section, row, j))
export const chunkAt = (ctx: ChunkContext, section: string, chunk: Expr, j: Expr): Expr =>
  load(ctx.chunks.buffer, chunkPlace(ctx, section, chunk, j))
export const putRow = (ctx: ChunkContext, section: string, row: Expr, j: Expr, value: Expr): Statement =>
  store(ctx.rows.buffer, rowPlace(ctx, section, row, j), value)
export const putChunk = (ctx: ChunkContext, section: string, chunk: Expr, j: Expr, value: Expr): Statement =>
  store(ctx.chunks.buffer, chunkPlace(ctx, section, chunk, j), value)

export const decayOf = (ctx: ChunkContext, axis: Axis): DecayPlan | undefined =>
  axis === 'key' ? ctx.step.key : ctx.step.value
export const lanesOfAxis = (ctx: ChunkContext, axis: Axis): number =>
  axis === 'key' ? ctx.step.K : ctx.step.V

/**
 * Products of decays that the stages share, for each token and lane of the axis:
 * within the half-blocks of 2, 4 and 8 tokens (from the token to the half-block's border, itself left out), within
 * the block before and after it, and, where a chunk has several blocks, within the chunk before and after it.
 */
const factorSlotsOf = (blocks: number): number => (blocks > 1 ? 7 : 5)
export const levels = 4

export const halfSlot = (level: number): number => level - 1
export const beforeInBlock = 3
export const afterInBlock = 4
export const beforeInChunk = (ctx: ChunkContext): number => (ctx.blocks > 1 ? 5 : beforeInBlock)
export const afterInChunk = (ctx: ChunkContext): number => (ctx.blocks > 1 ? 6 : afterInBlock)

const lane = (decay: DecayPlan, at: Expr): Expr => (decay.lanes === 1 ? int(0) : at)

/** Where a product of decays of a token stands among its section. */
export const factorLane = (ctx: ChunkContext, axis: Axis, slot: number, at: Expr): Expr => {
  const decay = decayOf(ctx, axis)!
  return add(int(slot * decay.lanes), lane(decay, at))
}

/** A product of decays of a token; undefined where the axis does not decay. */
export const factorAt = (
  ctx: ChunkContext,
  axis: Axis,
  slot: number,
  row: Expr,
  at: Expr,
): Expr | undefined =>
  decayOf(ctx, axis) && rowAt(ctx, `${axis} decays`, row, factorLane(ctx, axis, slot, at))

/** The products over whole blocks, then (index `blocks`) what the chunk's total adds: total − 1, or the total itself. */
export const totalAt = (ctx: ChunkContext, axis: Axis, chunk: Expr, block: Expr, at: Expr): Expr =>
  chunkAt(ctx, `${axis} totals`, chunk, totalLane(ctx, axis, block, at))
export const totalLane = (ctx: ChunkContext, axis: Axis, block: Expr, at: Expr): Expr => {
  const decay = decayOf(ctx, axis)!
  return add(mul(block, int(decay.lanes)), lane(decay, at))
}

/** `value` times the factors that are there. */
export const times = (value: Expr, ...factors: readonly (Expr | undefined)[]): Expr =>
  mul(value, ...factors.filter((f) => f !== undefined))

/** The decay of one token, as a factor. */
export const decayFactorAt = (ctx: ChunkContext, decay: DecayPlan, row: Expr, at: Expr): Expr => {
  const value = fieldAt(ctx.plan.frameSize, decay.field, row, at)
  return decay.form === 'log' ? call('exp', value) : value
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
    mul(factorAt(ctx, axis, slotT, add(firstRow, t), at)!, factorAt(ctx, axis, slotI, add(firstRow, i), at)!)
  const together = (size: number): Expr => equal(div(t, int(size)), div(i, int(size)))
  let value = pair(beforeInBlock, afterInBlock)
  for (let block = 1; block + 1 < ctx.blocks; block++) {
    const inside = and(less(div(i, int(blockSize)), int(block)), less(int(block), div(t, int(blockSize))))
    const total = totalAt(ctx, axis, chunk, int(block), at)
    value = mul(value, select(inside, total, real(1)))
  }
  for (let level = levels - 1; level >= 1; level--)
    value = select(together(2 << level), pair(halfSlot(level), halfSlot(level)), value)
  return select(together(2), real(1), value)
}
