import { add, int, load, mul, real } from './build.ts'
import { betweenAt, chunkPlace, rowAt, times, type ChunkContext } from './chunk-context.ts'
import type { Expr } from './loop-ir.ts'
import { operandAt, scaled } from './places.ts'

/** Where the products of reads with writes of a chunk stand: M[read, t, write, i], reads counted among those that feed. */
export const feedIndex = (
  ctx: ChunkContext,
  chunk: Expr,
  read: number,
  t: Expr,
  write: number,
  i: Expr,
): Expr => {
  const { C, feeds, step } = ctx
  const writes = step.writes.length
  const row = add(int(feeds.indexOf(read) * C), t)
  return chunkPlace(ctx, 'dots', chunk, add(mul(add(mul(row, int(writes)), int(write)), int(C)), i))
}

/**
 * How much of what write `write` of token i puts into the state reaches write `into` of token t in column v:
 * an entry of N M, without the value that is written. `same`: t and i are one token.
 */
export const reachOf = (
  ctx: ChunkContext,
  place: { readonly firstRow: Expr; readonly chunk: Expr },
  into: number,
  write: number,
  t: Expr,
  i: Expr,
  v: Expr,
  same: boolean,
): Expr | undefined => {
  const { frameSize } = ctx.plan
  const rowT = add(place.firstRow, t)
  const rowI = add(place.firstRow, i)
  const parts = ctx.step.writes[into].terms.flatMap(({ read, coefficient }): Expr[] => {
    const m = load(ctx.chunks.buffer, feedIndex(ctx, place.chunk, read, t, write, i))
    const n = operandAt(frameSize, coefficient, rowT, v)
    if (!same) {
      const between = betweenAt(ctx, 'value', place.firstRow, place.chunk, t, i, v)
      const reach = times(mul(n, m), between)
      return [
        scaled(
          frameSize,
          ctx.step.reads[read].scale,
          rowT,
          v,
          scaled(frameSize, ctx.step.writes[write].scale, rowI, v, reach),
        ),
      ]
    }
    const pair = ctx.step.reads[read].pairs.find((p) => p.kind === 'key' && p.write === write)
    if (pair?.kind !== 'key') return []
    return [scaled(frameSize, pair.scale, rowT, v, mul(n, m))]
  })
  return parts.length === 0 ? undefined : add(...parts)
}

/** Which unknown a fed write of a token is: token by token, in program order. */
export const unknown = (ctx: ChunkContext, t: Expr, write: number): Expr =>
  add(mul(t, int(ctx.fed.length)), int(ctx.fed.indexOf(write)))

/** Entry (a, b) of a matrix over the unknowns of a chunk; columns of V have one each where the feedback differs. */
export const systemLane = (ctx: ChunkContext, column: Expr, a: Expr, b: Expr): Expr => {
  const n = ctx.unknowns
  const inside = add(mul(a, int(n)), b)
  return ctx.columnwise ? add(mul(column, int(n * n)), inside) : inside
}

/** Value `lane` of write `write` of a row: found by the solve where it is fed, else given. */
export const writtenAt = (ctx: ChunkContext, write: number, row: Expr, v: Expr): Expr => {
  const { fed, step, plan } = ctx
  const place = fed.indexOf(write)
  if (place >= 0) return rowAt(ctx, 'written', row, add(int(place * step.V), v))
  const { given } = step.writes[write]
  return given ? operandAt(plan.frameSize, given, row, v) : real(0)
}

/** The same as it stands in the state after the token. */
export const writtenScaled = (ctx: ChunkContext, write: number, row: Expr, v: Expr): Expr =>
  scaled(ctx.plan.frameSize, ctx.step.writes[write].scale, row, v, writtenAt(ctx, write, row, v))
