import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawCall, sliceTokens, tokensOf, type Numbers } from '../support/calls.ts'
import { formNames, inDoubles, tensorDistance } from '../support/forms.ts'
import { compiledWith, rounding, runs } from '../support/laws.ts'
import { randomCall, randomMixer } from '../support/random-mixer.ts'

test('a sequence may be cut anywhere and its state carried on', () => {
  fc.assert(
    fc.property(randomMixer, randomCall, fc.double({ min: 0, max: 1, noNaN: true }), (mixer, size, part) => {
      const compiled = compiledWith(mixer, size.chunkSize)
      const { layer, dims } = compiled
      const call = drawCall(layer, dims, { ...size, heads: 2, initial: true })
      const cut = Math.floor(part * size.tokens)
      for (const form of formNames) {
        const whole = inDoubles(compiled, form, call)
        const first = inDoubles(compiled, form, tokensOf(call, layer, 0, cut))
        const carried = first.states as Readonly<Record<string, Numbers>>
        const rest = inDoubles(compiled, form, {
          ...tokensOf(call, layer, cut, size.tokens),
          initial: carried,
        })
        for (const name of Object.keys(whole.states))
          expect(tensorDistance(rest.states[name], whole.states[name])).toBeLessThan(rounding)
        for (const [name, output] of Object.entries(whole.outputs)) {
          const { shape, data } = output
          const all = { shape, data: Float64Array.from(data) }
          expect(tensorDistance(first.outputs[name], sliceTokens(all, 0, cut))).toBeLessThan(rounding)
          expect(tensorDistance(rest.outputs[name], sliceTokens(all, cut, size.tokens))).toBeLessThan(
            rounding,
          )
        }
      }
    }),
    runs(16),
  )
})
