import type fc from 'fast-check'
import { largestChunkSize } from '../../compiler/3-plan/chunk-size.ts'
import type { Compiled } from '../../compiler/compile.ts'
import { loweredOf, programOf } from './compiled.ts'
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
  const largest = largestChunkSize(programOf(mixer.text))
  return loweredOf(mixer.text, { chunkSize: chunkSize <= largest ? chunkSize : undefined })
}

/** Of what is computed in doubles: below it a difference is rounding. */
export const rounding = 1e-9
