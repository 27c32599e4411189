import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withTokenOf, drawCall, sliceTokens } from '../support/calls.ts'
import { formNames, inJavaScript } from '../support/forms.ts'
import { compiledWith, runs } from '../support/laws.ts'
import { randomCall, randomMixer } from '../support/random-mixer.ts'

test('a token changes no bit of an earlier output', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomMixer,
      randomCall.filter((c) => c.tokens > 1),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      async (mixer, size, part) => {
        const compiled = compiledWith(mixer, size.chunkSize)
        const { layer, dims } = compiled
        const call = drawCall(layer, dims, { ...size, initial: true })
        const at = Math.floor(part * size.tokens)
        const changed = withTokenOf(call, drawCall(layer, dims, { ...size, seed: size.seed + 1 }), layer, at)
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
    runs(20),
  )
})
