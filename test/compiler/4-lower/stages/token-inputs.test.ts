import { expect, test } from 'vitest'
import type { Given } from '../../../support/program-meaning.ts'
import { lanesOf } from '../../../support/program-meaning.ts'
import { over } from '../../../support/plan-meaning.ts'
import { difference, headsOf, layers, layerText, runStages, type Stages } from './trace-stages.ts'

/** What a token was given, by name. */
const givenAt =
  ({ call, heads }: Stages, t: number, head: number): Given =>
  (name) => {
    const { shape, data } = call.tensors[name]
    const size = shape.slice(3).reduce((a, b) => a * b, 1)
    return over(size).map((i) => data[(t * heads + head) * size + i])
  }

test.each(Object.keys(layers).flatMap((name) => [0, 1].map((masked) => [name, masked] as const)))(
  '%s (masked: %s): every field is its value, and neutral where a token is padded',
  (name, masked) => {
    const tokens = 21
    const mask = masked ? over(tokens).map((t) => (t % 4 === 1 ? 0 : 1)) : undefined
    for (const form of ['recurrent', 'chunk'] as const) {
      const stages = runStages(layerText(layers[name]), form, tokens, 8, { mask })
      expect(stages.faults).toEqual([])
      for (const head of headsOf(stages))
        for (const t of over(tokens)) {
          const frame = stages.row('scratch.frame', stages.plan.frameSize, t, head)
          for (const { value, offset, lanes, neutral } of stages.plan.fields) {
            const found = frame.slice(offset, offset + lanes)
            if (mask?.[t] === 0) expect(found).toEqual(over(lanes).map(() => neutral))
            else expect(difference(found, lanesOf(value, givenAt(stages, t, head)))).toBeLessThan(1e-12)
          }
        }
    }
  },
)
