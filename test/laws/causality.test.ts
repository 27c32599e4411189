import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawCall, scaledCall, sliceTokens, withTokenOf } from '../support/calls.ts'
import { formNames, inJavaScript } from '../support/forms.ts'
import { compiledWith, runs } from '../support/laws.ts'
import { randomCall, randomMixer } from '../support/random-mixer.ts'

test('a token changes no bit of an earlier output, not even where it overflows', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomMixer,
      randomCall.filter((c) => c.tokens > 1),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      fc.constantFrom(1, 1e30),
      async (mixer, size, part, scale) => {
        const compiled = compiledWith(mixer, size.chunkSize)
        const { layer, dims } = compiled
        const call = drawCall(layer, dims, { ...size, initial: true })
        const at = Math.floor(part * size.tokens)
        const other = drawCall(layer, dims, { ...size, seed: size.seed + 1 })
        const changed = withTokenOf(call, scale === 1 ? other : scaledCall(other, layer, scale), layer, at)
        for (const form of formNames) {
          const [before, after] = [
            await inJavaScript(compiled, form, call),
            await inJavaScript(compiled, form, changed),
          ]
          for (const [name, output] of Object.entries(before.outputs))
            expect(sliceTokens(after.outputs[name], 0, at).data).toEqual(sliceTokens(output, 0, at).data)
        }
      },
    ),
    runs(16),
  )
})
