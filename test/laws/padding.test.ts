import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawCall, selectTokens, withoutPadding } from '../support/calls.ts'
import { distance, formNames, inDoubles, reference, tensorDistance } from '../support/forms.ts'
import { compiledWith, rounding, runs } from '../support/laws.ts'
import { randomCall, randomMixer } from '../support/random-mixer.ts'

test('a padded token is the identity step, and its outputs are 0', () => {
  fc.assert(
    fc.property(randomMixer, randomCall, fc.infiniteStream(fc.constantFrom(0, 1, 1)), (mixer, size, live) => {
      const compiled = compiledWith(mixer, size.chunkSize)
      const { layer, dims } = compiled
      const mask = Array.from({ length: size.tokens }, () => live.next().value)
      const call = drawCall(layer, dims, { ...size, initial: true, mask })
      for (const form of formNames) {
        const padded = inDoubles(compiled, form, call)
        expect(distance(padded, reference(compiled, call))).toBeLessThan(rounding)
        const bare = inDoubles(compiled, form, withoutPadding(call, layer))
        for (const name of Object.keys(bare.states))
          expect(tensorDistance(padded.states[name], bare.states[name])).toBeLessThan(rounding)
        for (const [name, output] of Object.entries(padded.outputs)) {
          expect(
            tensorDistance(
              selectTokens(output, (t) => mask[t] === 1),
              bare.outputs[name],
            ),
          ).toBeLessThan(rounding)
          expect(
            [...(selectTokens(output, (t) => mask[t] === 0).data as Float64Array)].every((x) => x === 0),
          ).toBe(true)
        }
      }
    }),
    runs(16),
  )
})
