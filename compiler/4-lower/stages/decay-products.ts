import { real, accumulate, add, assign, call, div, each, groupX, int, intMin, letI, load, loop, mod, mul, name, region, stepLet, store, variable } from '../build.ts' // prettier-ignore
import {
  blockSize,
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
  const parts = axes.map((axis) => productsOf(ctx, axis))
  return {
    grid: { x: 'chunks', z: 1 },
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

const productsOf = (
  ctx: ChunkContext,
  axis: Axis,
): { readonly sums: ArrayDeclaration; readonly steps: readonly Step[] } => {
  const decay = decayOf(ctx, axis)!
  const { lanes } = decay
  const log = decay.form === 'log'
  const sums = `own.${axis}-sums`
  const [u, j, b, count] = [name('u'), name('j'), name('b'), name('count')]
  const rowOf = (token: Expr): Expr => add(name('firstRow'), token)
  const at = (token: Expr): Expr => fieldAt(ctx.plan.frameSize, decay.field, rowOf(token), j)
  /** acc over tokens from … to − 1, then the factor it stands for. */
  const product = (acc: string, from: Expr, to: Expr): readonly Statement[] => [
    variable(acc, real(log ? 0 : 1)),
    loop('w', from, to, [log ? accumulate(acc, at(name('w'))) : assign(acc, mul(name(acc), at(name('w'))))]),
  ]
  const factor = (acc: string): Expr => (log ? call('exp', name(acc)) : name(acc))
  const put = (slot: number, value: Expr): Statement =>
    putRow(ctx, `${axis} decays`, rowOf(u), factorLane(ctx, axis, slot, j), value)
  const end = intMin(mul(add(b, int(1)), int(blockSize)), count)

  const halves = Array.from({ length: levels - 1 }, (_, n): readonly Statement[] => {
    const half = 2 << n
    // Upper half: from the half's start to the token; lower half: from the token to the half's end.
    const start = mul(div(u, int(half)), int(half))
    const upper: Expr = { kind: 'binary', op: '==', left: mod(div(u, int(half)), int(2)), right: int(1) }
    const acc = `half${n}`
    const from: Expr = { kind: 'select', condition: upper, then: start, else: add(u, int(1)) }
    const to: Expr = { kind: 'select', condition: upper, then: u, else: intMin(add(start, int(half)), count) }
    return [...product(acc, from, to), put(halfSlot(n + 1), factor(acc))]
  }).flat()

  const within = region(
    `${axis} decays within half-blocks and blocks`,
    each('n', mul(count, int(lanes)), [
      letI('u', div(name('n'), int(lanes))),
      letI('j', mod(name('n'), int(lanes))),
      letI('b', div(u, int(blockSize))),
      ...halves,
      ...product('before', mul(b, int(blockSize)), u),
      put(beforeInBlock, factor('before')),
      ...product('after', add(u, int(1)), end),
      put(afterInBlock, factor('after')),
    ]),
    each('n', int(ctx.blocks * lanes), [
      letI('b', div(name('n'), int(lanes))),
      letI('j', mod(name('n'), int(lanes))),
      ...product('total', mul(b, int(blockSize)), end),
      store(sums, name('n'), name('total')),
      putChunk(ctx, `${axis} totals`, groupX, totalLane(ctx, axis, b, j), factor('total')),
    ]),
  )
  const sumAt = (block: Expr): Expr => load(sums, add(mul(block, int(lanes)), j))
  const overBlocks = (acc: string, from: Expr, to: Expr): readonly Statement[] => [
    variable(acc, real(log ? 0 : 1)),
    loop('w', from, to, [
      log ? accumulate(acc, sumAt(name('w'))) : assign(acc, mul(name(acc), sumAt(name('w')))),
    ]),
  ]
  const whole: Statement = each('n', int(lanes), [
    letI('j', name('n')),
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
  const across: Statement = each('n', mul(count, int(lanes)), [
    letI('u', div(name('n'), int(lanes))),
    letI('j', mod(name('n'), int(lanes))),
    letI('b', div(u, int(blockSize))),
    ...overBlocks('before', int(0), b),
    put(beforeInChunk(ctx), mul(factor('before'), factorAt(ctx, axis, beforeInBlock, rowOf(u), j)!)),
    ...overBlocks('after', add(b, int(1)), int(ctx.blocks)),
    put(afterInChunk(ctx), mul(factor('after'), factorAt(ctx, axis, afterInBlock, rowOf(u), j)!)),
  ])
  return {
    sums: { name: sums, element: 'f32', size: ctx.blocks * lanes },
    steps: [within, region(`${axis} decays of the chunk`, whole, ...(ctx.blocks > 1 ? [across] : []))],
  }
}
