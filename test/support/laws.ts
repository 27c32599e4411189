import type fc from 'fast-check'
import { compileLayer, type Compiled } from '../../compiler/compile.ts'
import { MixError } from '../../diagnostics/diagnostic.ts'
import { compiledOf, readLayer } from './compiled.ts'
import type { Mixer } from './random-mixer.ts'

/**
 * How often a law is tried, from one seed each time. `MIX_LAW_RUNS=20` tries it twenty times as often, and
 * `MIX_LAW_SEED` from another seed.
 */
export const runs = (count: number): fc.Parameters<unknown> => ({
  numRuns: count * Number(process.env.MIX_LAW_RUNS ?? 1),
  seed: Number(process.env.MIX_LAW_SEED ?? 1),
})

/** Compile a random mixer with chunks of C tokens, or with its own C where so many do not fit. */
export const compiledWith = (mixer: Mixer, chunkSize: number): Compiled => {
  const result = compileLayer(readLayer(mixer.text), { target: { chunkSize } })
  if (result.kind === 'compiled') return result.compiled
  if (result.diagnostics.some((d) => d.code !== 'chunk-size-out-of-range'))
    throw new MixError(result.diagnostics)
  return compiledOf(mixer.text)
}

/** Of what is computed in doubles: below it a difference is rounding. */
export const rounding = 1e-9
