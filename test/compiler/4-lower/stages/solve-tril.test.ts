import { expect, test } from 'vitest'
import { chunkContext } from '../../../../compiler/4-lower/chunk-context.ts'
import { chunkSizes, type MixerName } from './mixers.ts'
import { everyChunk, feedbackOf, stepsOf } from './plain-step.ts'
import { runChunkForm, sectionAt, type Ran } from './run-stages.ts'

/** (I − A)⁻¹ by Gauss and Jordan, as if nothing were known of A. */
const inverseOf = (A: readonly (readonly number[])[]): number[][] => {
  const n = A.length
  const rows = A.map((row, a) => [
    ...row.map((x, b) => (a === b ? 1 : 0) - x),
    ...row.map((_, b) => (a === b ? 1 : 0)),
  ])
  for (let c = 0; c < n; c++) {
    let pivot = c
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[pivot][c])) pivot = r
    ;[rows[c], rows[pivot]] = [rows[pivot], rows[c]]
    const by = rows[c][c]
    rows[c] = rows[c].map((x) => x / by)
    for (let r = 0; r < n; r++) {
      const times = rows[r][c]
      if (r !== c && times !== 0) rows[r] = rows[r].map((x, j) => x - times * rows[c][j])
    }
  }
  return rows.map((row) => row.slice(n))
}

const differenceOf = (ran: Ran): number => {
  const ctx = chunkContext(ran.compiled.plans.chunk, 0)
  const { step, fed, unknowns, columnwise } = ctx
  let most = 0
  everyChunk(ran, (chunk, index, head) => {
    const steps = stepsOf(ran, 0, chunk, head)
    const n = fed.length * chunk.count
    for (let v = 0; v < (columnwise ? step.V : 1); v++) {
      const wanted = inverseOf(feedbackOf(steps, step, v))
      for (let a = 0; a < n; a++)
        for (let b = 0; b <= a; b++) {
          const at = v * unknowns * unknowns + a * unknowns + b
          const difference = Math.abs(sectionAt(ran, ctx.chunks, 'inverse', index, head, at) - wanted[a][b])
          most = Number.isNaN(difference) ? Infinity : Math.max(most, difference)
        }
    }
  })
  return most
}

test.each<[MixerName, readonly number[]]>([
  ['the delta rule', chunkSizes],
  ['two steps a token', chunkSizes],
  ['a removal key of its own', [16, 33]],
  ['a strength per value', [3, 20]],
  ['the delta rule with a decay per value', [16, 33]],
  ['from the right', [20]],
])('%s: the inverse of the feedback', (name, sizes) => {
  for (const C of sizes)
    expect(differenceOf(runChunkForm(name, C, 'solve-tril')), `C = ${C}`).toBeLessThan(1e-13)
})

test('the chain is one of block rows', () => {
  const { compiled } = runChunkForm('two steps a token', 33, 'token-inputs')
  const { program } = compiled.lowered.chunk!.stages.find((s) => s.program.name === 'solve-tril')!
  const loops = program.body.filter((step) => step.kind === 'for')
  expect(loops.map((step) => step.variable)).toEqual(['I'])
})
