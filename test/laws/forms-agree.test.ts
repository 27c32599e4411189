import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stateHeads } from '../../runtime/schedule.ts'
import { drawCall } from '../support/calls.ts'
import { distance, formNames, inDoubles, inJavaScript, reference } from '../support/forms.ts'
import { compiledWith, rounding, runs } from '../support/laws.ts'
import { randomCall, randomMixer } from '../support/random-mixer.ts'

const heads = fc.record({
  heads: fc.constantFrom(1, 2, 4),
  share: fc.infiniteStream(fc.constantFrom(1, 1, 2, 4)),
  initial: fc.boolean(),
  batch: fc.constantFrom(1, 1, 2),
})

test('both forms compute what the layer means', async () => {
  await fc.assert(
    fc.asyncProperty(randomMixer, randomCall, heads, async (mixer, size, { share, ...more }) => {
      const compiled = compiledWith(mixer, size.chunkSize)
      const ports = [...compiled.layer.inputs, ...compiled.layer.params]
      // The first has all heads, so that no other number of them can be meant.
      const groups = Object.fromEntries(
        ports.map((p, i) => [
          p.name,
          i === 0 ? more.heads : more.heads / Math.min(more.heads, share.next().value),
        ]),
      )
      const call = drawCall(compiled.layer, compiled.dims, {
        ...size,
        ...more,
        groups,
        stateHeads: stateHeads(compiled.lowered, groups, more.heads),
      })
      const meant = reference(compiled, call)
      for (const form of formNames) {
        expect(distance(inDoubles(compiled, form, call), meant)).toBeLessThan(rounding)
        // Rounding is of the size of what a state was, not of what decays and deltas leave of it.
        expect(distance(await inJavaScript(compiled, form, call), meant, 1)).toBeLessThan(1e-5)
      }
    }),
    runs(20),
  )
})
