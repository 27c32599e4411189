import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sumOf, drawCall, type Call } from '../support/calls.ts'
import { formNames, inDoubles, tensorDistance } from '../support/forms.ts'
import { compiledWith, rounding, runs } from '../support/laws.ts'
import { randomCall, randomMixer } from '../support/random-mixer.ts'

test('states and linear outputs are linear in what is written and in the initial state', () => {
  fc.assert(
    fc.property(randomMixer, randomCall, (mixer, size) => {
      const compiled = compiledWith(mixer, size.chunkSize)
      const { layer, dims } = compiled
      const one = drawCall(layer, dims, { ...size, initial: true })
      const other = drawCall(layer, dims, { ...size, initial: true, seed: size.seed + 1 })
      const values = (call: Call) => mixer.values.map((name) => [name, call.tensors[name]] as const)
      const two: Call = {
        ...one,
        initial: other.initial,
        tensors: { ...one.tensors, ...Object.fromEntries(values(other)) },
      }
      const both: Call = {
        ...one,
        initial: Object.fromEntries(
          Object.keys(one.initial!).map((name) => [name, sumOf(one.initial![name], two.initial![name])]),
        ),
        tensors: {
          ...one.tensors,
          ...Object.fromEntries(
            mixer.values.map((name) => [name, sumOf(one.tensors[name], two.tensors[name])]),
          ),
        },
      }
      for (const form of formNames) {
        const [a, b, sum] = [one, two, both].map((call) => inDoubles(compiled, form, call))
        for (const name of mixer.linear)
          expect(tensorDistance(sum.outputs[name], sumOf(a.outputs[name], b.outputs[name]))).toBeLessThan(
            rounding,
          )
        for (const name of Object.keys(sum.states))
          expect(tensorDistance(sum.states[name], sumOf(a.states[name], b.states[name]))).toBeLessThan(
            rounding,
          )
      }
    }),
    runs(16),
  )
})
