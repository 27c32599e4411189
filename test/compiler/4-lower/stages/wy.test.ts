import { expect, test } from 'vitest'
import { wyWidth } from '../../../../compiler/4-lower/chunk-context.ts'
import { at, over } from '../../../support/plan-meaning.ts'
import { chunksOf, difference, headsOf, layers, layerText, runStages, sectionsOf, shapes, tracedState } from './trace-stages.ts' // prettier-ignore

const shared = ['delta', 'delta with a free write', 'two deltas']

test.each(shared.flatMap((name) => shapes.map(([T, C]) => [name, T, C] as const)))(
  '%s, T = %s, C = %s: X is the given part plus a matrix times the entering state',
  (name, tokens, chunkSize) => {
    const stages = runStages(layerText(layers[name]), 'chunk', tokens, chunkSize)
    const { ctx, ofRow } = sectionsOf(stages)
    const { K, V } = ctx.step
    const width = wyWidth(ctx)
    expect(width).toBe(K + V)
    for (const head of headsOf(stages)) {
      const trace = tracedState(stages, 0, head)
      for (const { first, count } of chunksOf(stages)) {
        const S = trace[first].before
        for (const t of over(count))
          ctx.fed.forEach((write, f) => {
            const wy = ofRow('wy', first + t, head).slice(f * width, (f + 1) * width)
            const x = over(V).map((v) => wy[v] + over(K).reduce((sum, d) => sum + wy[V + d] * S[d][v], 0))
            expect(difference(x, trace[first + t].written[write])).toBeLessThan(1e-10)
          })
      }
    }
  },
)

test.each(['a strength for each column', 'value decay in a loop'])(
  '%s: where columns differ only what is given is formed',
  (name) => {
    const stages = runStages(layerText(layers[name]), 'chunk', 20, 8)
    const { ctx, ofRow } = sectionsOf(stages)
    const { V } = ctx.step
    expect(wyWidth(ctx)).toBe(V)
    for (const head of headsOf(stages))
      for (const t of over(20)) {
        const given = stages.token(t, head).operand(ctx.step.writes[0].given)
        expect(difference(ofRow('wy', t, head), over(V).map((v) => at(given, v)))).toBeLessThan(1e-12) // prettier-ignore
      }
  },
)
