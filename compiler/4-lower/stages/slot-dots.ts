import { add, each, groupX, groupZ, int, letI, less, mul, name, stepLet, store, when } from '../build.ts'
import { feedIndex } from '../feedback.ts'
import { blockSize, workgroupSize, type ChunkContext } from '../chunk-context.ts'
import { dotsOfBlock } from '../dots.ts'
import type { Expr, Statement } from '../loop-ir.ts'
import type { Stage } from '../lowered.ts'
import { chunkCount, chunkFirstRow, operandAt } from '../places.ts'
import { program } from '../program.ts'

/**
 * M[t, i] = p_t · G(t←i) · k_i for every read that feeds a write and every write of the chunk; on the diagonal what a
 * write of the token itself adds to a later read of it. One workgroup for each block of rows.
 */
export const slotDots = (ctx: ChunkContext): Stage => {
  const { step, plan, feeds } = ctx
  const [base, count, firstRow, t] = [name('base'), name('count'), name('firstRow'), name('t')]
  const rowOf = (token: Expr): Expr => add(firstRow, token)
  const place = { firstRow, chunk: groupX, base, count }
  const dots = feeds.flatMap((read) =>
    step.writes.map((write, w) => ({
      left: (token: Expr, lane: Expr) => operandAt(plan.frameSize, step.reads[read].p, rowOf(token), lane),
      right: (token: Expr, lane: Expr) => operandAt(plan.frameSize, write.k, rowOf(token), lane),
      array: ctx.chunks.buffer,
      index: (to: Expr, from: Expr) => feedIndex(ctx, groupX, read, to, w, from),
    })),
  )
  const same: readonly Statement[] = feeds.flatMap((read) =>
    step.reads[read].pairs.flatMap((pair): Statement[] =>
      pair.kind === 'key'
        ? [
            store(
              ctx.chunks.buffer,
              feedIndex(ctx, groupX, read, t, pair.write, t),
              operandAt(plan.frameSize, pair.dot, rowOf(t), int(0)),
            ),
          ]
        : [],
    ),
  )
  return {
    grid: { x: 'chunks', z: ctx.blocks },
    program: program({
      name: 'slot-dots',
      doc: 'What each write of a chunk adds to each read that a later write leans on.',
      workgroupSize,
      body: [
        stepLet('firstRow', chunkFirstRow(groupX)),
        stepLet('count', chunkCount(groupX)),
        stepLet('base', mul(groupZ, int(blockSize))),
        {
          kind: 'if',
          condition: less(base, count),
          body: [
            ...dotsOfBlock(ctx, 'key', place, dots, {
              note: 'reads with earlier writes',
              fill: false,
              diagonal:
                same.length === 0
                  ? []
                  : [
                      each('n', int(blockSize), [
                        letI('t', add(base, name('n'))),
                        when(less(t, count), same),
                      ]),
                    ],
            }),
          ],
        },
      ],
    }),
  }
}
