import { accumulate, add, div, each, groupX, groupZ, int, intMin, letI, load, loop, mod, mul, name, real, region, stepFor, stepLet, store, sub, variable } from '../build.ts' // prettier-ignore
import { unknown, systemLane, writtenScaled } from '../feedback.ts'
import {
  workgroupSize,
  workgroupRoom,
  wyWidth,
  rowAt,
  chunkAt,
  putRow,
  putChunk,
  decayOf,
  beforeInChunk,
  afterInChunk,
  factorAt,
  totalAt,
  times,
  type Axis,
  type ChunkContext,
} from '../chunk-context.ts'
import type { Expr, Statement } from '../loop-ir.ts'
import type { Stage } from '../lowered.ts'
import { chunkCount, chunkFirstRow, operandAt, scaled, sequenceChunkCount, sequenceFirstChunk, stateBuffer, stateIndex } from '../places.ts' // prettier-ignore
import { program } from '../program.ts'
import { tiledProduct } from '../tile.ts'

/** Columns of the state that a workgroup carries through the chunks. */
export const stateColumns = (ctx: ChunkContext): number => {
  const perColumn = ctx.step.K + ctx.unknowns * (ctx.columnwise ? 2 : 1)
  return Math.max(1, Math.min(ctx.step.V, 16, Math.floor(workgroupRoom / perColumn)))
}

/** The state entering a chunk, entry (d, v). */
export const enteringAt = (ctx: ChunkContext, chunk: Expr, d: Expr, v: Expr): Expr =>
  chunkAt(ctx, 'entering', chunk, enteringLane(ctx, d, v))
const enteringLane = (ctx: ChunkContext, d: Expr, v: Expr): Expr => add(mul(d, int(ctx.step.V)), v)

/**
 * State passing, chunk after chunk: keep the entering state, find what the fed writes write, then
 * S₁ = G(C←0) S₀ + K̃ᵀ X. The only stage that is sequential, one step per chunk.
 */
export const chunkState = (ctx: ChunkContext): Stage => {
  const { step, plan, fed, unknowns } = ctx
  const { K, V } = step
  const columns = stateColumns(ctx)
  const [chunk, firstRow, count, first] = [name('chunk'), name('firstRow'), name('count'), name('first')]
  // Of the last workgroup's columns some may be missing.
  const ragged = V % columns !== 0
  const width = ragged ? name('width') : int(columns)
  const [n, d, c, v, t] = [name('n'), name('d'), name('c'), name('v'), name('t')]
  const S = (at: Expr, column: Expr): Expr => load('own.S', add(mul(at, int(columns)), column))
  /** Entries (rows × columns here): the row as `row`, the column as `c` and, along V, as `v`. */
  const entries = (rows: Expr, row: string, body: readonly Statement[]): Statement =>
    each('n', mul(rows, width), [
      letI(row, div(n, width)),
      letI('c', mod(n, width)),
      letI('v', add(first, c)),
      ...body,
    ])
  const rowOf = (token: Expr): Expr => add(firstRow, token)
  const wyAt = (token: Expr, write: number, lane: Expr): Expr =>
    rowAt(ctx, 'wy', rowOf(token), add(int(fed.indexOf(write) * wyWidth(ctx)), lane))
  const putWritten = (write: Expr, value: Expr): Statement =>
    putRow(ctx, 'written', rowOf(t), add(mul(write, int(V)), v), value)

  /** Σ_d of a row with the entering state. */
  const withState = (acc: string, weight: (d: Expr) => Expr): readonly Statement[] => [
    loop('d', int(0), int(K), [accumulate(acc, mul(weight(d), S(d, c)))]),
  ]
  const keep = entries(int(K), 'd', [putChunk(ctx, 'entering', chunk, enteringLane(ctx, d, v), S(d, c))])
  const shared = fed.map((write) =>
    tiledProduct({
      rows: count,
      cols: width,
      tile: [Math.min(4, ctx.C), Math.min(4, columns)],
      products: [
        {
          from: int(0),
          to: () => int(K),
          left: (row, x) => wyAt(row, write, add(int(V), x)),
          right: (x, col) => S(x, col),
        },
      ],
      put: (row, col, sum) => {
        const column = add(first, col)
        const value = add(wyAt(row, write, column), sum)
        return [putRow(ctx, 'written', rowOf(row), add(int(fed.indexOf(write) * V), column), value)]
      },
    }),
  )
  const columnwise = fed.map((write) =>
    entries(count, 't', [
      variable('z', wyAt(t, write, v)),
      ...step.writes[write].terms.flatMap(({ read, coefficient }, k) => {
        const acc = `r${k}`
        const { p, scale } = step.reads[read]
        const weight = (at: Expr): Expr =>
          times(
            operandAt(plan.frameSize, p, rowOf(t), at),
            factorAt(ctx, 'key', beforeInChunk(ctx), rowOf(t), at),
          )
        const reach = times(
          mul(operandAt(plan.frameSize, coefficient, rowOf(t), v), name(acc)),
          factorAt(ctx, 'value', beforeInChunk(ctx), rowOf(t), v),
        )
        return [
          variable(acc, real(0)),
          ...withState(acc, weight),
          accumulate('z', scaled(plan.frameSize, scale, rowOf(t), v, reach)),
        ]
      }),
      store('own.Z', add(mul(unknown(ctx, t, write), int(columns)), c), name('z')),
    ]),
  )
  const solved = (): Statement =>
    entries(mul(count, int(fed.length)), 'a', [
      letI('t', div(name('a'), int(fed.length))),
      variable('x', real(0)),
      loop('m', int(0), add(name('a'), int(1)), [
        accumulate(
          'x',
          mul(
            chunkAt(ctx, 'inverse', chunk, systemLane(ctx, v, name('a'), name('m'))),
            load('own.Z', add(mul(name('m'), int(columns)), c)),
          ),
        ),
      ]),
      putWritten(mod(name('a'), int(fed.length)), name('x')),
    ])
  const update = tiledProduct({
    rows: int(K),
    cols: width,
    tile: [Math.min(4, K), Math.min(4, columns)],
    products: step.writes.map((write, w) => ({
      from: int(0),
      to: () => count,
      left: (row: Expr, x: Expr) =>
        times(
          operandAt(plan.frameSize, write.k, rowOf(x), row),
          factorAt(ctx, 'key', afterInChunk(ctx), rowOf(x), row),
        ),
      right: (x: Expr, col: Expr) => {
        const column = add(first, col)
        return times(
          writtenScaled(ctx, w, rowOf(x), column),
          factorAt(ctx, 'value', afterInChunk(ctx), rowOf(x), column),
        )
      },
    })),
    put: (row, col, sum) => {
      const carried = decayedChunk(ctx, 'key', chunk, row, S(row, col))
      const both = decayedChunk(ctx, 'value', chunk, add(first, col), carried)
      return [store('own.S', add(mul(row, int(columns)), col), add(both, sum))]
    },
  })
  const buffer = stateBuffer(step.state)
  return {
    grid: { x: 'sequences', z: Math.ceil(V / columns) },
    program: program({
      name: 'chunk-state',
      doc: 'The state from chunk to chunk.',
      workgroupSize,
      workgroup: [
        { name: 'own.S', element: 'f32', size: K * columns },
        ...(ctx.columnwise ? [{ name: 'own.Z', element: 'f32' as const, size: unknowns * columns }] : []),
      ],
      body: [
        stepLet('first', mul(groupZ, int(columns))),
        ...(ragged ? [stepLet('width', intMin(int(columns), sub(int(V), first)))] : []),
        stepLet('firstChunk', sequenceFirstChunk(groupX)),
        region(
          'the initial state',
          entries(int(K), 'd', [
            store('own.S', add(mul(d, int(columns)), c), load(buffer, stateIndex(step, groupX, d, v))),
          ]),
        ),
        stepFor('chunk', name('firstChunk'), add(name('firstChunk'), sequenceChunkCount(groupX)), [
          stepLet('firstRow', chunkFirstRow(chunk)),
          stepLet('count', chunkCount(chunk)),
          ...(ctx.columnwise
            ? [
                region('the entering state, and what it gives to the reads', keep, ...columnwise),
                region('what the fed writes write', solved()),
              ]
            : [region('the entering state, and what the fed writes write', keep, ...shared)]),
          region('decay and writes of the chunk', update),
        ]),
        region(
          'the final state',
          entries(int(K), 'd', [store(buffer, stateIndex(step, groupX, d, v), S(d, c))]),
        ),
      ],
    }),
  }
}

/** An entry of the state after all decays of a chunk. */
const decayedChunk = (ctx: ChunkContext, axis: Axis, chunk: Expr, at: Expr, value: Expr): Expr => {
  const decay = decayOf(ctx, axis)
  if (!decay) return value
  const total = totalAt(ctx, axis, chunk, int(ctx.blocks), at)
  // Of a log decay the total is kept as total − 1.
  return decay.form === 'log' ? add(value, mul(total, value)) : mul(total, value)
}
