import { compileLayer, type Compiled } from '../compiler/compile.ts'
import type { Layer } from '../compiler/1-check/layer.ts'
import { openMixer } from '../cli/sources.ts'
import { MixError } from '../diagnostics/diagnostic.ts'

/** A layer of the standard library. */
export const stdlibLayer = (name: string): Layer => {
  const chosen = openMixer(name)
  if (!('layer' in chosen)) throw new MixError(chosen.diagnostics)
  return chosen.layer
}

export const compiledAt = (layer: Layer, dims: Readonly<Record<string, number>>): Compiled => {
  const result = compileLayer(layer, { dims })
  if (result.kind === 'refused') throw new MixError(result.diagnostics)
  return result.compiled
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
