import {
  accumulate,
  add,
  div,
  each,
  groupX,
  int,
  letI,
  loop,
  mod,
  mul,
  name,
  real,
  region,
  stepLet,
  variable,
  assign,
} from '../build.ts'
import { reachOf, systemLane, writtenAt } from '../feedback.ts'
import {
  workgroupSize,
  wyWidth,
  rowAt,
  chunkAt,
  putRow,
  beforeInChunk,
  factorAt,
  times,
  type ChunkContext,
} from '../chunk-context.ts'
import type { Expr, Statement, Step } from '../loop-ir.ts'
import type { Stage } from '../lowered.ts'
import { chunkCount, chunkFirstRow, operandAt, scaled } from '../places.ts'
import { program } from '../program.ts'
import { tiledProduct } from '../tile.ts'

/**
 * X = Ū + W̄ S₀ with Ū = T U and W̄ = T N P̃: what the fed writes of a chunk write, as given values plus a matrix
 * times the state that enters. Where the feedback differs from column to column only U is formed here.
 */
export const wy = (ctx: ChunkContext): Stage => {
  const { step, plan, fed, free } = ctx
  const { V, K } = step
  const width = wyWidth(ctx)
  const [firstRow, count, t, j, n] = [name('firstRow'), name('count'), name('t'), name('j'), name('n')]
  const row = add(firstRow, t)
  const place = { firstRow, chunk: groupX }
  const put = (buffer: string, token: Expr, write: Expr, lane: Expr, value: Expr): Statement =>
    putRow(ctx, buffer, add(firstRow, token), add(mul(write, int(width)), lane), value)
  // Where columns differ the state is not known yet: the inverse comes in chunk-state.
  const target = ctx.columnwise ? 'wy' : 'right-hand'

  const givenPart = (into: number): Statement => {
    const { given } = step.writes[into]
    const sums = free.flatMap((write): Statement[] => {
      const earlier = reachOf(ctx, place, into, write, t, name('i'), j, false)!
      const same = reachOf(ctx, place, into, write, t, t, j, true)
      return [
        loop('i', int(0), t, [
          accumulate('u', mul(earlier, writtenAt(ctx, write, add(firstRow, name('i')), j))),
        ]),
        ...(same ? [accumulate('u', mul(same, writtenAt(ctx, write, row, j)))] : []),
      ]
    })
    return each('n', mul(count, int(V)), [
      letI('t', div(n, int(V))),
      letI('j', mod(n, int(V))),
      variable('u', given ? operandAt(plan.frameSize, given, row, j) : real(0)),
      ...sums,
      put(target, t, int(fed.indexOf(into)), j, name('u')),
    ])
  }
  const statePart = (into: number): Statement =>
    each('n', mul(count, int(K)), [
      letI('t', div(n, int(K))),
      letI('j', mod(n, int(K))),
      variable('w', real(0)),
      ...step.writes[into].terms.map(({ read, coefficient }) => {
        const p = operandAt(plan.frameSize, step.reads[read].p, row, j)
        const reach = mul(
          operandAt(plan.frameSize, coefficient, row, int(0)),
          times(p, factorAt(ctx, 'key', beforeInChunk(ctx), row, j)),
        )
        return assign('w', add(name('w'), scaled(plan.frameSize, step.reads[read].scale, row, int(0), reach)))
      }),
      put(target, t, int(fed.indexOf(into)), add(int(V), j), name('w')),
    ])
  const fedCount = int(fed.length)
  const solved = (): Step =>
    region(
      'the inverse times both',
      tiledProduct({
        rows: mul(count, fedCount),
        cols: int(width),
        tile: [Math.min(4, ctx.unknowns), 4],
        products: [
          {
            from: int(0),
            to: (row) => add(row, int(1)),
            triangular: true,
            left: (row, x) => chunkAt(ctx, 'inverse', groupX, systemLane(ctx, int(0), row, x)),
            right: (x, col) =>
              rowAt(
                ctx,
                'right-hand',
                add(firstRow, div(x, fedCount)),
                add(mul(mod(x, fedCount), int(width)), col),
              ),
          },
        ],
        put: (row, col, sum) => [put('wy', div(row, fedCount), mod(row, fedCount), col, sum)],
      }),
    )
  return {
    grid: { x: 'chunks', z: 1 },
    program: program({
      name: 'wy',
      doc: 'What the fed writes of a chunk write: a given part and a matrix times the state that enters.',
      workgroupSize,
      body: [
        stepLet('firstRow', chunkFirstRow(groupX)),
        stepLet('count', chunkCount(groupX)),
        region(
          'given values and reads of the entering state',
          ...fed.map(givenPart),
          ...(ctx.columnwise ? [] : fed.map(statePart)),
        ),
        ...(ctx.columnwise ? [] : [solved()]),
      ],
    }),
  }
}
