import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../runtime/manifest.ts'
import { dimsOf } from './1-check/index.ts'
import type { Layer } from './1-check/layer.ts'
import type { Dims } from './1-check/size.ts'
import { normalize } from './2-normalize/index.ts'
import type { LayerProgram } from './2-normalize/state-program.ts'
import { plan } from './3-plan/index.ts'
import type { KernelPlan } from './3-plan/kernel-plan.ts'
import { lower } from './4-lower/index.ts'
import type { LoweredLayer } from './4-lower/lowered.ts'
import { emit } from './5-emit/index.ts'
import type { TraceEntry } from './pass.ts'
import { signatureOf } from './signature.ts'
import type { Target } from './target.ts'

export { readLayers, type Resolve } from './read-layers.ts'

export interface CompileOptions {
  /** Sizes that override the spec's defaults. */
  readonly dims?: Readonly<Record<string, number>>
  readonly target?: Target
}

/** A layer at given sizes, with everything the phases found out about it. */
export interface Compiled {
  readonly layer: Layer
  readonly dims: Dims
  readonly program: LayerProgram
  readonly trace: readonly TraceEntry[]
  readonly plans: { readonly recurrent: KernelPlan; readonly chunk: KernelPlan }
  readonly lowered: LoweredLayer
  /** The printed kernels and what the runtime needs to run them. */
  readonly manifest: Manifest
}

export type CompileResult =
  | { readonly kind: 'compiled'; readonly compiled: Compiled }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

/** The whole pipeline: typed equations → linear state program → plans → kernels → text. */
export const compileLayer = (
  layer: Layer,
  { dims: overrides = {}, target = {} }: CompileOptions = {},
): CompileResult => {
  const sizes = dimsOf(layer, overrides)
  if ('diagnostics' in sizes) return { kind: 'refused', diagnostics: sizes.diagnostics }
  const { dims } = sizes
  const normal = normalize(layer, dims)
  if (normal.kind === 'refused') return normal
  const { program, trace } = normal
  const plans = plan(program, target)
  if (plans.kind === 'refused') return plans
  const lowered = lower(signatureOf(layer, dims, program), plans)
  return {
    kind: 'compiled',
    compiled: { layer, dims, program, trace, plans, lowered, manifest: emit(lowered) },
  }
}
