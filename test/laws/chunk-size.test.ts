import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawCall } from '../support/calls.ts'
import { distance, inDoubles } from '../support/forms.ts'
import { compiledWith, rounding, runs } from '../support/laws.ts'
import { chunkSize, randomCall, randomMixer } from '../support/random-mixer.ts'

test('the chunk size does not matter', () => {
  fc.assert(
    fc.property(randomMixer, randomCall, chunkSize, (mixer, size, other) => {
      const [one, two] = [compiledWith(mixer, size.chunkSize), compiledWith(mixer, other)]
      const call = drawCall(one.layer, one.dims, { ...size, initial: true })
      const [a, b] = [inDoubles(one, 'chunk', call), inDoubles(two, 'chunk', call)]
      expect(distance(a, b)).toBeLessThan(rounding)
    }),
    runs(16),
  )
})
