import { accumulate, add, assign, div, each, groupX, groupZ, int, intMin, less, letF, letI, load, loop, mod, mul, name, real, region, stepLet, store, sub, variable } from '../build.ts' // prettier-ignore
import { writtenAt, writtenScaled } from '../feedback.ts'
import {
  blockSize,
  workgroupSize,
  decayOf,
  lanesOfAxis,
  beforeInChunk,
  factorAt,
  times,
  decayFactorAt,
  type Axis,
  type ChunkContext,
} from '../chunk-context.ts'
import { dotsOfBlock, type Dot } from '../dots.ts'
import { tiledProduct } from '../tile.ts'
import type { DecayPlan } from '../../3-plan/kernel-plan.ts'
import type { Expr, Statement, Step } from '../loop-ir.ts'
import type { Stage } from '../lowered.ts'
import { chunkCount, chunkFirstRow, chunkFirstToken, operandAt, scaled } from '../places.ts'
import { program } from '../program.ts'
import { putSink, sinksOf, type Sink } from '../sinks.ts'
import { bug } from '../../pass.ts'
import { enteringAt } from './chunk-state.ts'

/**
 * O = Q̃ S₀ + A X: what each read of the chunk sees of the entering state, plus A[t, i] = q_t · G(t←i) · k_i times
 * what token i wrote. A read along the value axis is the same with the two axes exchanged:
 * A[t, i] = q_t · G(t←i) · x_i times the write keys. One workgroup for each block of rows.
 */
export const chunkOutput = (ctx: ChunkContext): Stage => {
  const sinks = sinksOf(ctx.plan, ctx.state)
  const [firstRow, count, base] = [name('firstRow'), name('count'), name('base')]
  const scores = Math.min(blockSize, ctx.C) * ctx.step.writes.length * ctx.C
  return {
    grid: { x: 'chunks', z: ctx.blocks },
    program: program({
      name: 'chunk-output',
      doc: 'What the reads of a chunk see: the entering state, and the writes of the chunk before them.',
      workgroupSize,
      workgroup: scores > 0 ? [{ name: 'own.A', element: 'f32', size: scores }] : [],
      body: [
        stepLet('firstToken', chunkFirstToken(groupX)),
        stepLet('firstRow', chunkFirstRow(groupX)),
        stepLet('count', chunkCount(groupX)),
        stepLet('base', mul(groupZ, int(blockSize))),
        {
          kind: 'if',
          condition: less(base, count),
          body: [
            stepLet('size', intMin(int(blockSize), sub(count, base))),
            ...sinks.flatMap((sink) =>
              sink.reads.flatMap((read, nth) => sinkSteps(ctx, sink, read, nth, firstRow, count, base)),
            ),
          ],
        },
      ],
    }),
  }
}

const sinkSteps = (
  ctx: ChunkContext,
  sink: Sink,
  read: number,
  nth: number,
  firstRow: Expr,
  count: Expr,
  base: Expr,
): readonly Step[] => {
  const { step, plan } = ctx
  const { p, scale, pairs, id } = step.reads[read]
  const axis: Axis = sink.axis
  const other: Axis = axis === 'key' ? 'value' : 'key'
  const [t, i, j, n] = [name('t'), name('i'), name('j'), name('n')]
  const rowOf = (token: Expr): Expr => add(firstRow, token)
  const scoreIndex = (to: Expr, write: number, from: Expr): Expr =>
    add(mul(add(mul(sub(to, base), int(step.writes.length)), int(write)), int(ctx.C)), from)
  const contracted = lanesOfAxis(ctx, axis)
  const kept = lanesOfAxis(ctx, other)
  const query = (token: Expr, lane: Expr): Expr => operandAt(plan.frameSize, p, rowOf(token), lane)
  const keyOf = (w: number, row: Expr, lane: Expr): Expr =>
    operandAt(plan.frameSize, step.writes[w].k, row, lane)
  /** What a write puts along an axis of the state. */
  const along = (a: Axis, w: number, row: Expr, lane: Expr): Expr =>
    a === 'key' ? keyOf(w, row, lane) : writtenScaled(ctx, w, row, lane)

  const dots = step.writes.map((_, w): Dot => ({
    left: query,
    right: (token, lane) => along(axis, w, rowOf(token), lane),
    array: 'own.A',
    index: (to, from) => scoreIndex(to, w, from),
  }))
  const own = pairs.map((pair): readonly Statement[] => {
    const at = scoreIndex(t, pair.write, t)
    if (pair.kind === 'key')
      return [store('own.A', at, operandAt(plan.frameSize, pair.dot, rowOf(t), int(0)))]
    return [
      variable('sum', real(0)),
      loop('x', int(0), int(step.V), [
        accumulate(
          'sum',
          mul(
            operandAt(plan.frameSize, pair.y, rowOf(t), name('x')),
            writtenAt(ctx, pair.write, rowOf(t), name('x')),
          ),
        ),
      ]),
      store('own.A', at, name('sum')),
    ]
  })
  const otherDecay = decayOf(ctx, other)
  // Without a decay of the other axis the sum over tokens is a plain product with A, zero above the diagonal.
  const plain = otherDecay === undefined
  const unread = step.writes.flatMap((_, w) => (plain && pairs.every((pair) => pair.write !== w) ? [w] : []))
  const absent = unread.map((w) => [store('own.A', scoreIndex(t, w, t), real(0))])
  const scores = dotsOfBlock(ctx, axis, { firstRow, chunk: groupX, base, count }, dots, {
    note: `${id} with the writes before it`,
    fill: plain,
    diagonal: [...own, ...absent].map((body) => each('n', name('size'), [letI('t', add(base, n)), ...body])),
  })
  const token = (to: Expr): Expr => add(name('firstToken'), to)
  const put = (to: Expr, lane: Expr, seen: Expr): readonly Statement[] => {
    const direct = nth === 0 && sink.direct ? [operandAt(plan.frameSize, sink.direct, rowOf(to), lane)] : []
    const before = nth === 0 ? [] : [loadSink(sink, rowOf(to), token(to), lane)]
    return [putSink(sink, rowOf(to), token(to), lane, add(...before, seen, ...direct))]
  }
  const entering = (lane: Expr, at: Expr): Expr =>
    axis === 'key' ? enteringAt(ctx, groupX, lane, at) : enteringAt(ctx, groupX, at, lane)
  const queryFromStart = (to: Expr, lane: Expr): Expr =>
    times(query(to, lane), factorAt(ctx, axis, beforeInChunk(ctx), rowOf(to), lane))

  const product = tiledProduct({
    rows: name('size'),
    cols: int(kept),
    tile: [Math.min(4, ctx.C), 4],
    products: [
      {
        from: int(0),
        to: () => int(contracted),
        left: (row, x) => queryFromStart(add(base, row), x),
        right: (x, col) => entering(x, col),
      },
      ...step.writes.map((_, w) => ({
        from: int(0),
        to: (row: Expr) => add(base, row, int(1)),
        triangular: true,
        left: (row: Expr, x: Expr) => load('own.A', scoreIndex(add(base, row), w, x)),
        right: (x: Expr, col: Expr) => along(other, w, rowOf(x), col),
      })),
    ],
    put: (row, col, sum) => put(add(base, row), col, sum),
  })

  // From the nearest token back, so that the decay of the other axis is a running product from the token itself.
  const walkedBack = (decay: DecayPlan): Statement => {
    const fromToken = pairs.map((pair): Expr => {
      const score = load('own.A', scoreIndex(t, pair.write, t))
      return pair.kind === 'key'
        ? mul(score, scaled(plan.frameSize, pair.scale, rowOf(t), j, writtenAt(ctx, pair.write, rowOf(t), j)))
        : mul(score, operandAt(plan.frameSize, pair.k, rowOf(t), j))
    })
    return each('n', mul(name('size'), int(kept)), [
      letI('t', add(base, div(n, int(kept)))),
      letI('j', mod(n, int(kept))),
      variable('seen', real(0)),
      loop('x', int(0), int(contracted), [
        accumulate('seen', mul(queryFromStart(t, name('x')), entering(name('x'), j))),
      ]),
      assign('seen', times(name('seen'), factorAt(ctx, other, beforeInChunk(ctx), rowOf(t), j))),
      variable('passed', real(1)),
      loop(
        'i',
        int(0),
        t,
        [
          ...step.writes.map((_, w) =>
            accumulate(
              'seen',
              mul(name('passed'), load('own.A', scoreIndex(t, w, i)), along(other, w, rowOf(i), j)),
            ),
          ),
          assign('passed', mul(name('passed'), decayFactorAt(ctx, decay, rowOf(i), j))),
        ],
        { down: true },
      ),
      letF('o', add(scaled(plan.frameSize, scale, rowOf(t), j, name('seen')), ...fromToken)),
      ...put(t, j, name('o')),
    ])
  }
  return [...scores, region(`what ${id} sees`, otherDecay ? walkedBack(otherDecay) : product)]
}

/** What an earlier read of the same sink left there; its invocation is the same. */
const loadSink = (sink: Sink, row: Expr, token: Expr, j: Expr): Expr => {
  const put = putSink(sink, row, token, j, real(0))
  return put.kind === 'store' ? load(put.array, put.index) : bug('a sink is a store')
}
