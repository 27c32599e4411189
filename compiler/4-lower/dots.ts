import {
  add,
  and,
  div,
  each,
  int,
  intMin,
  less,
  letI,
  load,
  mod,
  mul,
  name,
  real,
  region,
  select,
  store,
  sub,
  when,
} from './build.ts'
import {
  afterInBlock,
  beforeInBlock,
  betweenAt,
  blockSize,
  decayOf,
  factorAt,
  halfSlot,
  lanesOfAxis,
  levels,
  times,
  totalAt,
  type Axis,
  type ChunkContext,
} from './chunk-context.ts'
import type { Expr, Statement, Step } from './loop-ir.ts'
import { tiledProduct } from './tile.ts'

/** Inner products to form: `left` of token t with `right` of each earlier token i, decayed by what lies between. */
export interface Dot {
  readonly left: (t: Expr, lane: Expr) => Expr
  readonly right: (i: Expr, lane: Expr) => Expr
  readonly array: string
  /** Where the product for the pair goes. */
  readonly index: (t: Expr, i: Expr) => Expr
}

export interface BlockPlace {
  readonly firstRow: Expr
  readonly chunk: Expr
  /** The first token of the block, told within the chunk. */
  readonly base: Expr
  readonly count: Expr
}

/**
 * M[t, i] = Σ_lane left_t · G(t←i) · right_i for the tokens t of one block of the chunk and all i < t; with `fill`,
 * 0 for later tokens of the block, so that what multiplies by M need not look at the diagonal. The diagonal itself
 * is the caller's, who adds it to the last region as `diagonal`.
 *
 * G is told through the border between i and t: within a block the half-blocks of 1, 2, 4 and 8 tokens that the pair
 * falls apart at, else the start of t's block. Both factors are one-sided products, so that nothing overflows and
 * nothing after t is looked at.
 */
export const dotsOfBlock = (
  ctx: ChunkContext,
  axis: Axis,
  place: BlockPlace,
  dots: readonly Dot[],
  {
    note,
    fill,
    diagonal,
  }: { readonly note: string; readonly fill: boolean; readonly diagonal: readonly Statement[] },
): readonly Step[] => {
  const decay = decayOf(ctx, axis)
  const zeros = fill ? dots.map((dot) => zeroAbove(place, dot)) : []
  if (decay && decay.lanes > 1)
    return regions([[note, ...dots.flatMap((dot) => perLane(ctx, axis, place, dot)), ...zeros, ...diagonal]])
  const products = dots.map((dot) => allLanesAlike(ctx, axis, place, dot))
  if (!decay)
    return regions([
      [note, ...products],
      [`${note}: its borders`, ...zeros, ...diagonal],
    ])
  const decayed = dots.map((dot) => decayedPairs(ctx, axis, place, dot))
  return regions([
    [note, ...products],
    [`${note}, decayed`, ...decayed, ...zeros, ...diagonal],
  ])
}

const regions = (parts: readonly (readonly [string, ...Statement[]])[]): readonly Step[] =>
  parts.flatMap(([note, ...body]) => (body.length > 0 ? [region(note, ...body)] : []))

/** One product for all pairs, those with i ≥ t too: what stands there is written over or not looked at. */
const allLanesAlike = (ctx: ChunkContext, axis: Axis, place: BlockPlace, dot: Dot): Statement => {
  const { base, count } = place
  const side = Math.min(4, ctx.C)
  return tiledProduct({
    rows: intMin(int(blockSize), sub(count, base)),
    cols: intMin(add(base, int(blockSize)), count),
    tile: [side, side],
    products: [
      {
        from: int(0),
        to: () => int(lanesOfAxis(ctx, axis)),
        left: (row, x) => dot.left(add(base, row), x),
        right: (x, i) => dot.right(i, x),
      },
    ],
    put: (row, i, sum) => [store(dot.array, dot.index(add(base, row), i), sum)],
  })
}

/** The decay between, where it is the same for all lanes. */
const decayedPairs = (ctx: ChunkContext, axis: Axis, place: BlockPlace, dot: Dot): Statement => {
  const { firstRow, chunk, base, count } = place
  const [n, t, i] = [name('n'), name('t'), name('i')]
  const at = dot.index(t, i)
  const between = betweenAt(ctx, axis, firstRow, chunk, t, i, int(0))!
  return each('n', mul(intMin(int(blockSize), sub(count, base)), int(ctx.C)), [
    letI('t', add(base, div(n, int(ctx.C)))),
    letI('i', mod(n, int(ctx.C))),
    when(less(i, t), [store(dot.array, at, mul(load(dot.array, at), between))]),
  ])
}

/** 0 for the later tokens of the block. */
const zeroAbove = ({ base, count }: BlockPlace, dot: Dot): Statement => {
  const [n, t, i] = [name('n'), name('t'), name('i')]
  return each('n', mul(intMin(int(blockSize), sub(count, base)), int(blockSize)), [
    letI('t', add(base, div(n, int(blockSize)))),
    letI('i', add(base, mod(n, int(blockSize)))),
    when(and(less(t, i), less(i, count)), [store(dot.array, dot.index(t, i), real(0))]),
  ])
}

/** A decay of its own for each lane scales both factors: half-block by half-block, then against earlier blocks. */
const perLane = (ctx: ChunkContext, axis: Axis, place: BlockPlace, dot: Dot): readonly Statement[] => {
  const { firstRow, chunk, base, count } = place
  const lanes = lanesOfAxis(ctx, axis)
  const factor = (slot: number | undefined, token: Expr, lane: Expr): Expr | undefined =>
    slot === undefined ? undefined : factorAt(ctx, axis, slot, add(firstRow, token), lane)
  const inChunk = (token: Expr): Expr => intMin(token, sub(count, int(1)))
  const statements: Statement[] = []
  for (let level = 0; level < levels && 1 << level < Math.min(ctx.C, blockSize); level++) {
    const half = 1 << level
    const slot = level === 0 ? undefined : halfSlot(level)
    const side = Math.min(4, half)
    // Rows are the tokens of all upper halves, columns those of the lower half beside them; a tile lies in one square.
    const square = (row: Expr): Expr => add(base, mul(div(row, int(half)), int(2 * half)))
    const upper = (row: Expr): Expr => add(square(row), int(half), mod(row, int(half)))
    const lower = (col: Expr): Expr => inChunk(add(square(name('row0')), col))
    statements.push(
      tiledProduct({
        rows: int(blockSize / 2),
        cols: int(half),
        tile: [side, side],
        products: [
          {
            from: int(0),
            to: () => int(lanes),
            left: (row, x) => times(dot.left(inChunk(upper(row)), x), factor(slot, inChunk(upper(row)), x)),
            right: (x, col) => times(dot.right(lower(col), x), factor(slot, lower(col), x)),
          },
        ],
        put: (row, col, sum) => [
          when(less(upper(row), count), [store(dot.array, dot.index(upper(row), lower(col)), sum)]),
        ],
      }),
    )
  }
  const size = intMin(int(blockSize), sub(count, base))
  if (ctx.blocks > 1) {
    const whole = (i: Expr, lane: Expr): readonly Expr[] =>
      Array.from({ length: Math.max(0, ctx.blocks - 2) }, (_, n): Expr => {
        const inside = and(
          less(div(i, int(blockSize)), int(n + 1)),
          less(int(n + 1), div(base, int(blockSize))),
        )
        return select(inside, totalAt(ctx, axis, chunk, int(n + 1), lane), real(1))
      })
    statements.push(
      tiledProduct({
        rows: size,
        cols: base,
        tile: [4, 4],
        products: [
          {
            from: int(0),
            to: () => int(lanes),
            left: (row, x) => times(dot.left(add(base, row), x), factor(beforeInBlock, add(base, row), x)),
            right: (x, i) => times(dot.right(i, x), factor(afterInBlock, i, x), ...whole(i, x)),
          },
        ],
        put: (row, i, sum) => [store(dot.array, dot.index(add(base, row), i), sum)],
      }),
    )
  }
  return statements
}
