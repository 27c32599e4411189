import { and, accumulate, add, div, each, int, intMin, less, letI, loop, mod, mul, name, real, store, sub, variable, when } from './build.ts' // prettier-ignore
import {
  blockSize,
  decayOf,
  lanesOfAxis,
  levels,
  halfSlot,
  beforeInBlock,
  afterInBlock,
  factorAt,
  totalAt,
  times,
  type Axis,
  type ChunkContext,
} from './chunk-context.ts'
import type { Expr, Statement } from './loop-ir.ts'

/** Inner products to form: `left` of token t with `right` of each earlier token i, decayed by what lies between. */
export interface Dot {
  readonly left: (t: Expr, lane: Expr) => Expr
  readonly right: (i: Expr, lane: Expr) => Expr
  readonly array: string
  /** Where the product for the pair goes. */
  readonly index: (t: Expr, i: Expr) => Expr
}

/**
 * M[t, i] = Σ_lane left_t · G(t←i) · right_i for the tokens t of one block of the chunk and all i < t.
 *
 * G is told through the border between i and t: within a block the half-blocks of 1, 2, 4 and 8 tokens that the pair
 * falls apart at, else the start of t's block. Both factors are one-sided products, so that nothing overflows and
 * nothing after t is looked at.
 */
export const dotsOfBlock = (
  ctx: ChunkContext,
  axis: Axis,
  place: { readonly firstRow: Expr; readonly chunk: Expr; readonly base: Expr; readonly count: Expr },
  dots: readonly Dot[],
): readonly Statement[] => {
  const decay = decayOf(ctx, axis)
  const lanes = lanesOfAxis(ctx, axis)
  const [t, i, x] = [name('t'), name('i'), name('x')]
  const { firstRow, chunk, base, count } = place
  const rowOf = (token: Expr): Expr => add(firstRow, token)
  const perLane = decay !== undefined && decay.lanes > 1

  const pair = (
    factorT: number | undefined,
    factorI: number | undefined,
    between: readonly Expr[],
  ): readonly Statement[] => {
    const factors = [
      factorT === undefined ? undefined : factorAt(ctx, axis, factorT, rowOf(t), x),
      factorI === undefined ? undefined : factorAt(ctx, axis, factorI, rowOf(i), x),
      ...between,
    ]
    return dots.flatMap((dot, n): Statement[] => {
      const acc = `sum${n}`
      const product = mul(dot.left(t, x), dot.right(i, x))
      return [
        variable(acc, real(0)),
        loop('x', int(0), int(lanes), [accumulate(acc, perLane ? times(product, ...factors) : product)]),
        store(dot.array, dot.index(t, i), perLane ? name(acc) : times(name(acc), ...factors)),
      ]
    })
  }

  const statements: Statement[] = []
  if (!decay) {
    // One product for all pairs: no border needed.
    statements.push(
      each('n', mul(intMin(int(blockSize), sub(count, base)), int(ctx.C)), [
        letI('t', add(base, div(name('n'), int(ctx.C)))),
        letI('i', mod(name('n'), int(ctx.C))),
        when(less(i, t), pair(undefined, undefined, [])),
      ]),
    )
    return statements
  }
  for (let level = 0; level < levels && 1 << level < Math.min(ctx.C, blockSize); level++) {
    const half = 1 << level
    const slot = level === 0 ? undefined : halfSlot(level)
    const pairs = (blockSize / (2 * half)) * half * half
    const low = add(base, mul(div(name('n'), int(half * half)), int(2 * half)))
    statements.push(
      each('n', int(pairs), [
        letI('t', add(low, int(half), mod(div(name('n'), int(half)), int(half)))),
        letI('i', add(low, mod(name('n'), int(half)))),
        when(less(t, count), pair(slot, slot, [])),
      ]),
    )
  }
  if (ctx.blocks > 1) {
    const between = Array.from({ length: Math.max(0, ctx.blocks - 2) }, (_, n): Expr => {
      const inside = and(less(div(i, int(blockSize)), int(n + 1)), less(int(n + 1), div(t, int(blockSize))))
      return {
        kind: 'select',
        condition: inside,
        then: totalAt(ctx, axis, chunk, int(n + 1), x),
        else: real(1),
      }
    })
    statements.push(
      each('n', mul(intMin(int(blockSize), sub(count, base)), base), [
        letI('t', add(base, div(name('n'), base))),
        letI('i', mod(name('n'), base)),
        ...pair(beforeInBlock, afterInBlock, between),
      ]),
    )
  }
  return statements
}
