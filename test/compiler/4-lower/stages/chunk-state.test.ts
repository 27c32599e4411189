import { expect, test } from 'vitest'
import { stateColumns } from '../../../../compiler/4-lower/stages/chunk-state.ts'
import { over } from '../../../support/plan-meaning.ts'
import { chunksOf, difference, headsOf, layers, layerText, runStages, sectionsOf, shapes, tracedState } from './trace-stages.ts' // prettier-ignore

test.each(Object.keys(layers).flatMap((name) => shapes.map(([T, C]) => [name, T, C] as const)))(
  '%s, T = %s, C = %s: the state that enters each chunk, what is written, the final state',
  (name, tokens, chunkSize) => {
    const stages = runStages(layerText(layers[name]), 'chunk', tokens, chunkSize)
    expect(stages.faults).toEqual([])
    const { ctx, ofRow, ofChunk } = sectionsOf(stages)
    const { K, V, transposed } = ctx.step
    for (const head of headsOf(stages)) {
      const trace = tracedState(stages, 0, head)
      chunksOf(stages).forEach(({ first }, chunk) => {
        expect(difference(ofChunk('entering', chunk, head), trace[first].before.flat())).toBeLessThan(1e-10)
      })
      for (const t of over(tokens))
        ctx.fed.forEach((write, f) => {
          const found = ofRow('written', t, head).slice(f * V, (f + 1) * V)
          expect(difference(found, trace[t].written[write])).toBeLessThan(1e-10)
        })
      const last = trace.at(-1)!.after
      const flat = transposed ? over(V).flatMap((j) => over(K).map((i) => last[i][j])) : last.flat()
      expect(difference(stages.row('state.S', K * V, 0, head), flat)).toBeLessThan(1e-10)
    }
  },
)

test('a workgroup takes as many columns as its memory holds', () => {
  const columns = (K: number, V: number): number => {
    const text = layerText(layers.plain, undefined, `K = ${K}, V = ${V}`)
    return stateColumns(sectionsOf(runStages(text, 'chunk', 1, 4)).ctx)
  }
  expect(columns(3, 5)).toBe(5)
  expect(columns(3, 40)).toBe(16)
  expect(columns(400, 16)).toBe(9)
})
