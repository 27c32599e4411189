import { accumulate, add, div, each, equal, groupX, groupZ, int, intMin, less, letI, load, loop, mod, mul, name, real, region, stepFor, stepLet, store, sub, variable, when } from '../build.ts' // prettier-ignore
import { reachOf, unknown, systemLane } from '../feedback.ts'
import { blockSize, workgroupSize, chunkAt, putChunk, type ChunkContext } from '../chunk-context.ts'
import type { Expr, Statement } from '../loop-ir.ts'
import type { Stage } from '../lowered.ts'
import { chunkCount, chunkFirstRow } from '../places.ts'
import { program } from '../program.ts'

/**
 * The inverse of the feedback, (I − N M)⁻¹, unit lower triangular over the fed writes of a chunk.
 *
 * Blocks of 16 on the diagonal by substitution, all at once; then block row by block row
 * T[I, J] = T[I, I] Σ_m L[I, m] T[m, J]. The chain is C/16 block rows, not C tokens.
 */
export const solveTril = (ctx: ChunkContext): Stage => {
  const { fed, C, unknowns } = ctx
  const [firstRow, count, size] = [name('firstRow'), name('count'), name('size')]
  const [t, i, c, r, m] = [name('t'), name('i'), name('c'), name('r'), name('m')]
  const column = groupZ
  const place = { firstRow, chunk: groupX }
  const system = (row: Expr, col: Expr): Expr =>
    chunkAt(ctx, 'system', groupX, systemLane(ctx, column, row, col))
  const inverse = (row: Expr, col: Expr): Expr =>
    chunkAt(ctx, 'inverse', groupX, systemLane(ctx, column, row, col))
  const put = (row: Expr, col: Expr, value: Expr): Statement =>
    putChunk(ctx, 'inverse', groupX, systemLane(ctx, column, row, col), value)

  const entries: readonly Statement[] = fed.flatMap((into) =>
    fed.map((write): Statement => {
      const earlier = reachOf(ctx, place, into, write, t, i, column, false)!
      const same = reachOf(ctx, place, into, write, t, t, column, true)
      const entry = (value: Expr): Statement =>
        putChunk(
          ctx,
          'system',
          groupX,
          systemLane(ctx, column, unknown(ctx, t, into), unknown(ctx, i, write)),
          value,
        )
      return when(less(i, t), [entry(earlier)], [when(equal(i, t), [entry(same ?? real(0))])])
    }),
  )
  const blockRows = Math.ceil(unknowns / blockSize)
  const rowEnd = intMin(add(mul(div(c, int(blockSize)), int(blockSize)), int(blockSize)), size)
  const first = mul(name('I'), int(blockSize))
  const rowsHere = intMin(int(blockSize), sub(size, first))
  const [y, rho] = [name('n'), name('rho')]

  return {
    grid: { x: 'chunks', z: ctx.columnwise ? ctx.step.V : 1 },
    program: program({
      name: 'solve-tril',
      doc: 'The inverse of the feedback of a chunk, by blocks.',
      workgroupSize,
      workgroup: blockRows > 1 ? [{ name: 'own.Y', element: 'f32', size: blockSize * unknowns }] : [],
      body: [
        stepLet('firstRow', chunkFirstRow(groupX)),
        stepLet('count', chunkCount(groupX)),
        stepLet('size', mul(count, int(fed.length))),
        region(
          'the feedback',
          each('n', mul(count, int(C)), [letI('t', div(y, int(C))), letI('i', mod(y, int(C))), ...entries]),
        ),
        region(
          'diagonal blocks by substitution',
          each('c', size, [
            // Zero above the diagonal of the block: what multiplies by the inverse goes by tiles.
            loop('r', mul(div(c, int(blockSize)), int(blockSize)), c, [put(r, c, real(0))]),
            put(c, c, real(1)),
            loop('r', add(c, int(1)), rowEnd, [
              variable('sum', real(0)),
              loop('m', c, r, [accumulate('sum', mul(system(r, m), inverse(m, c)))]),
              put(r, c, name('sum')),
            ]),
          ]),
        ),
        ...(blockRows > 1
          ? [
              stepFor('I', int(1), div(add(size, int(blockSize - 1)), int(blockSize)), [
                region(
                  'feedback into a block row',
                  each('n', mul(rowsHere, first), [
                    letI('rho', div(y, first)),
                    letI('c', mod(y, first)),
                    variable('sum', real(0)),
                    loop('m', c, first, [accumulate('sum', mul(system(add(first, rho), m), inverse(m, c)))]),
                    store('own.Y', add(mul(rho, int(unknowns)), c), name('sum')),
                  ]),
                ),
                region(
                  'the block row of the inverse',
                  each('n', mul(rowsHere, first), [
                    letI('rho', div(y, first)),
                    letI('c', mod(y, first)),
                    variable('sum', real(0)),
                    loop('m', int(0), add(rho, int(1)), [
                      accumulate(
                        'sum',
                        mul(
                          inverse(add(first, rho), add(first, m)),
                          load('own.Y', add(mul(m, int(unknowns)), c)),
                        ),
                      ),
                    ]),
                    put(add(first, rho), c, name('sum')),
                  ]),
                ),
              ]),
            ]
          : []),
      ],
    }),
  }
}
