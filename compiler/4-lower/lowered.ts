import type { ScratchSpec, StateSpec, TensorSpec } from '../../runtime/manifest.ts'
import type { LoopProgram } from './loop-ir.ts'

/** One stage of a form: a kernel, and how many workgroups of it there are. */
export interface Stage {
  readonly program: LoopProgram
  readonly grid: { readonly x: 'chunks' | 'sequences'; readonly z: number }
}

/**
 * One form of a layer, lowered: its stages in order and the scratch buffers they share. A stage's bindings and
 * uniforms are named as `runtime/manifest.ts` says.
 */
export interface LoweredForm {
  readonly name: 'recurrent' | 'chunk'
  readonly chunkSize: number
  readonly stages: readonly Stage[]
  readonly scratch: readonly ScratchSpec[]
}

/** A layer, lowered: what printers, simulator and proof take. */
export interface LoweredLayer {
  readonly name: string
  readonly dims: Readonly<Record<string, number>>
  readonly inputs: readonly TensorSpec[]
  readonly params: readonly TensorSpec[]
  readonly states: readonly StateSpec[]
  readonly outputs: readonly TensorSpec[]
  readonly recurrent: LoweredForm
  readonly chunk?: LoweredForm
  /** Why there is no chunk form. */
  readonly chunkMissing?: string
}
