import { accumulate, add, assign, call, div, each, equal, groupX, groupZ, int, intMax, intMin, letI, load, loop, mod, mul, name, real, region, select, stepLet, store, sub, variable } from '../build.ts' // prettier-ignore
import {
  blockSize,
  workgroupRoom,
  workgroupSize,
  putRow,
  putChunk,
  decayOf,
  levels,
  halfSlot,
  beforeInBlock,
  afterInBlock,
  beforeInChunk,
  afterInChunk,
  factorLane,
  factorAt,
  totalLane,
  type Axis,
  type ChunkContext,
} from '../chunk-context.ts'
import type { ArrayDeclaration, Expr, Statement, Step } from '../loop-ir.ts'
import type { Stage } from '../lowered.ts'
import { chunkCount, chunkFirstRow, fieldAt } from '../places.ts'
import { program } from '../program.ts'

/**
 * The products of decays that the other stages use, each one-sided over at most a block of tokens:
 *
 *     exp(Σ g), the sum from a token to a border     or, for decays that are no exponentials,     Π d
 *
 * All tokens, borders and lanes at once; nothing depends on more than a block of tokens in a row.
 */
export const decayProducts = (ctx: ChunkContext): Stage => {
  const axes = (['key', 'value'] as const).filter((axis) => decayOf(ctx, axis))
  const share = Math.floor(workgroupRoom / (axes.length * ctx.blocks))
  const groups = Math.max(...axes.map((axis) => Math.ceil(decayOf(ctx, axis)!.lanes / share)))
  const parts = axes.map((axis) => productsOf(ctx, axis, groups, share))
  return {
    grid: { x: 'chunks', z: groups },
    program: program({
      name: 'decay-products',
      doc: 'Products of decays from each token to the borders around it.',
      workgroupSize,
      workgroup: parts.map((p) => p.sums),
      body: [
        stepLet('firstRow', chunkFirstRow(groupX)),
        stepLet('count', chunkCount(groupX)),
        ...parts.flatMap((p) => p.steps),
      ],
    }),
  }
}

/** The products of one axis; of many lanes each of the `groups` workgroups takes a share. */
const productsOf = (
  ctx: ChunkContext,
  axis: Axis,
  groups: number,
  share: number,
): { readonly sums: ArrayDeclaration; readonly steps: readonly Step[] } => {
  const decay = decayOf(ctx, axis)!
  const { lanes } = decay
  const log = decay.form === 'log'
  const sums = `own.${axis}-sums`
  const [n, u, l, j, b, count] = [name('n'), name('u'), name('l'), name('j'), name('b'), name('count')]
  const kept = Math.min(share, lanes)
  const first = groups === 1 ? int(0) : mul(groupZ, int(share))
  const here = groups === 1 ? int(lanes) : intMax(intMin(int(share), sub(int(lanes), first)), int(0))
  /** Each of `things` (told as `thing`) with each lane of the share: `l` within it, `j` in all. */
  const withLanes = (things: Expr, thing: string, body: readonly Statement[]): Statement =>
    each('n', mul(things, here), [
      letI(thing, div(n, here)),
      letI('l', mod(n, here)),
      letI('j', add(first, l)),
      ...body,
    ])
  const rowOf = (token: Expr): Expr => add(name('firstRow'), token)
  const at = (token: Expr): Expr => fieldAt(ctx.plan.frameSize, decay.field, rowOf(token), j)
  /** `acc`: the sum of logs, or the product, from … to − 1; of tokens, unless `of` says otherwise. */
  const product = (acc: string, from: Expr, to: Expr, of = at): readonly Statement[] => {
    const next = of(name('w'))
    return [
      variable(acc, real(log ? 0 : 1)),
      loop('w', from, to, [log ? accumulate(acc, next) : assign(acc, mul(name(acc), next))]),
    ]
  }
  const factor = (acc: string): Expr => (log ? call('exp', name(acc)) : name(acc))
  const put = (slot: number, value: Expr): Statement =>
    putRow(ctx, `${axis} decays`, rowOf(u), factorLane(ctx, axis, slot, j), value)
  const end = intMin(mul(add(b, int(1)), int(blockSize)), count)

  const halves = Array.from({ length: levels - 1 }, (_, i): readonly Statement[] => {
    const level = i + 1
    const half = 1 << level
    // Upper half: from the half's start to the token; lower half: from the token to the half's end.
    const start = mul(div(u, int(half)), int(half))
    const upper = equal(mod(div(u, int(half)), int(2)), int(1))
    const acc = `half${level}`
    const from = select(upper, start, add(u, int(1)))
    const to = select(upper, u, intMin(add(start, int(half)), count))
    return [...product(acc, from, to), put(halfSlot(level), factor(acc))]
  }).flat()

  const sumIndex = (block: Expr): Expr => add(mul(block, int(kept)), l)
  const within = region(
    `${axis} decays within half-blocks and blocks`,
    withLanes(count, 'u', [
      letI('b', div(u, int(blockSize))),
      ...halves,
      ...product('before', mul(b, int(blockSize)), u),
      put(beforeInBlock, factor('before')),
      ...product('after', add(u, int(1)), end),
      put(afterInBlock, factor('after')),
    ]),
    withLanes(int(ctx.blocks), 'b', [
      ...product('total', mul(b, int(blockSize)), end),
      store(sums, sumIndex(b), name('total')),
      putChunk(ctx, `${axis} totals`, groupX, totalLane(ctx, axis, b, j), factor('total')),
    ]),
  )
  const overBlocks = (acc: string, from: Expr, to: Expr): readonly Statement[] =>
    product(acc, from, to, (block) => load(sums, sumIndex(block)))
  const whole = each('n', here, [
    letI('l', n),
    letI('j', add(first, l)),
    ...overBlocks('total', int(0), int(ctx.blocks)),
    // Kept as total − 1 where that is exact: a slow decay must not be rounded once per chunk.
    putChunk(
      ctx,
      `${axis} totals`,
      groupX,
      totalLane(ctx, axis, int(ctx.blocks), j),
      log ? call('expm1', name('total')) : name('total'),
    ),
  ])
  const across = withLanes(count, 'u', [
    letI('b', div(u, int(blockSize))),
    ...overBlocks('before', int(0), b),
    put(beforeInChunk(ctx), mul(factor('before'), factorAt(ctx, axis, beforeInBlock, rowOf(u), j)!)),
    ...overBlocks('after', add(b, int(1)), int(ctx.blocks)),
    put(afterInChunk(ctx), mul(factor('after'), factorAt(ctx, axis, afterInBlock, rowOf(u), j)!)),
  ])
  return {
    sums: { name: sums, element: 'f32', size: ctx.blocks * kept },
    steps: [within, region(`${axis} decays of the chunk`, whole, ...(ctx.blocks > 1 ? [across] : []))],
  }
}
