import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawCall, stateOf, sliceTokens, tokensOf } from '../support/calls.ts'
import { formNames, inDoubles, tensorDistance } from '../support/forms.ts'
import { compiledWith, rounding, runs } from '../support/laws.ts'
import { randomCall, randomMixer } from '../support/random-mixer.ts'

const lengths = fc.array(fc.constantFrom(0, 0, 1, 2, 5, 8, 17), { minLength: 1, maxLength: 4 })

test('packed sequences give what each gives by itself', () => {
  fc.assert(
    fc.property(randomMixer, randomCall, lengths, (mixer, { chunkSize, seed }, counts) => {
      const compiled = compiledWith(mixer, chunkSize)
      const { layer, dims } = compiled
      const cuSeqlens = counts.reduce((cuts, n) => [...cuts, cuts.at(-1)! + n], [0])
      const tokens = cuSeqlens.at(-1)!
      const packed = drawCall(layer, dims, { tokens, heads: 2, initial: true, cuSeqlens, seed })
      for (const form of formNames) {
        const together = inDoubles(compiled, form, packed)
        counts.forEach((_, n) => {
          const [from, to] = [cuSeqlens[n], cuSeqlens[n + 1]]
          const alone = inDoubles(compiled, form, {
            ...tokensOf(packed, layer, from, to),
            cuSeqlens: undefined,
            initial: stateOf(packed.initial!, n),
          })
          const states = stateOf(together.states, n)
          for (const name of Object.keys(states))
            expect(tensorDistance(alone.states[name], states[name])).toBeLessThan(rounding)
          for (const [name, output] of Object.entries(together.outputs))
            expect(tensorDistance(alone.outputs[name], sliceTokens(output, from, to))).toBeLessThan(rounding)
        })
      }
    }),
    runs(16),
  )
})
