import { dimsOf, type Layer } from '../../compiler/1-check/index.ts'
import { normalize } from '../../compiler/2-normalize/index.ts'
import type { LayerProgram } from '../../compiler/2-normalize/state-program.ts'
import { plan } from '../../compiler/3-plan/index.ts'
import { lower } from '../../compiler/4-lower/index.ts'
import { emit } from '../../compiler/5-emit/index.ts'
import { compileLayer, readLayers, type Compiled } from '../../compiler/compile.ts'
import { signatureOf } from '../../compiler/signature.ts'
import { hasErrors, MixError, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Manifest } from '../../runtime/manifest.ts'

export interface Options {
  readonly dims?: Readonly<Record<string, number>>
  readonly chunkSize?: number
}

/** The first layer of a text; warnings are let pass. */
export const readLayer = (text: string): Layer => {
  const { layers, diagnostics } = readLayers({ name: 'test.mix', text })
  if (hasErrors(diagnostics)) throw new MixError(diagnostics)
  return layers[0]
}

/** Compile the first layer of a text to both forms. */
export const compiledOf = (text: string, { dims, chunkSize }: Options = {}): Compiled => {
  const result = compileLayer(readLayer(text), { dims, target: { chunkSize } })
  if (result.kind === 'refused') throw new MixError(result.diagnostics)
  return result.compiled
}

/** The same, its kernels printed only when someone asks for the manifest: that takes most of a compilation. */
export const loweredOf = (text: string, { dims: given = {}, chunkSize }: Options = {}): Compiled => {
  const layer = readLayer(text)
  const dims = sizesOf(layer, given)
  const normal = normalize(layer, dims)
  if (normal.kind === 'refused') throw new MixError(normal.diagnostics)
  const { program, trace } = normal
  const plans = plan(program, { chunkSize })
  if (plans.kind === 'refused') throw new MixError(plans.diagnostics)
  const lowered = lower(signatureOf(layer, dims, program), plans)
  let manifest: Manifest | undefined
  return {
    layer,
    dims,
    program,
    trace,
    plans,
    lowered,
    get manifest() {
      return (manifest ??= emit(lowered))
    },
  }
}

/** The linear state program of the first layer of a text, after all passes. */
export const programOf = (text: string, dims: Options['dims'] = {}): LayerProgram => {
  const layer = readLayer(text)
  const result = normalize(layer, sizesOf(layer, dims))
  if (result.kind === 'refused') throw new MixError(result.diagnostics)
  return result.program
}

/** What the normaliser says to a layer that it does not take. */
export const refusalsOf = (text: string, dims: Options['dims'] = {}): readonly Diagnostic[] => {
  const layer = readLayer(text)
  const result = normalize(layer, sizesOf(layer, dims))
  return result.kind === 'refused' ? result.diagnostics : []
}

export const sizesOf = (
  layer: Layer,
  given: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> => {
  const sizes = dimsOf(layer, given)
  if ('diagnostics' in sizes) throw new MixError(sizes.diagnostics)
  return sizes.dims
}
