import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeFault } from '../../compiler/4-lower/fault.ts'
import { print } from '../../compiler/4-lower/print.ts'
import { verify } from '../../compiler/4-lower/verify.ts'
import { drawCall } from '../support/calls.ts'
import { faultsOf, formNames } from '../support/forms.ts'
import { compiledWith, runs } from '../support/laws.ts'
import { randomCall, randomMixer } from '../support/random-mixer.ts'

const cuts = fc.constantFrom(undefined, [0, 0, 5, 5, 22], [0, 22])

test('kernels verify, print, and have no race, no access out of bounds, no read of unwritten memory', () => {
  fc.assert(
    fc.property(randomMixer, randomCall, cuts, fc.boolean(), (mixer, size, cuSeqlens, masked) => {
      const compiled = compiledWith(mixer, size.chunkSize)
      const tokens = cuSeqlens?.at(-1) ?? size.tokens
      const mask = masked ? Array.from({ length: tokens }, (_, t) => (t % 3 === 1 ? 0 : 1)) : undefined
      const call = drawCall(compiled.layer, compiled.dims, { ...size, tokens, heads: 2, cuSeqlens, mask })
      for (const form of formNames) {
        expect(faultsOf(compiled, form, call).map(describeFault)).toEqual([])
        for (const { program } of compiled.lowered[form]!.stages) {
          expect(verify(program)).toEqual([])
          expect(print(program)).toContain(program.name)
        }
        for (const { wgsl, js } of compiled.manifest.forms[form]!.stages) {
          expect(wgsl).toContain('@compute')
          expect(() => new Function('buffers', 'uniforms', 'groups', js)).not.toThrow()
        }
      }
    }),
    runs(16),
  )
})
