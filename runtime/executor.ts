import type { FormManifest } from './manifest.ts'
import type { CheckedCall } from './shapes.ts'
import type { Tensor } from './tensor.ts'

/** What carries out the stages of a form: a GPU, or the printed JavaScript. */
export interface Executor {
  readonly kind: 'webgpu' | 'javascript'
  run(form: FormManifest, call: ExecutorCall): Promise<ExecutorResult>
  /** A tensor where this executor keeps its own; the values are copied. */
  keep(tensor: Tensor): Tensor
  /** Give back all that is kept between calls. */
  destroy(): void
}

export interface ExecutorCall extends CheckedCall {
  /** Inputs and params by name. */
  readonly inputs: Readonly<Record<string, Tensor>>
  /** Initial states `[N, G, …shape]`; those that are not here start from their param, or zero. */
  readonly states: Readonly<Record<string, Tensor>>
  /** `[B, T]`, 1 and 0. */
  readonly mask?: Tensor
  /** Where outputs go, for those that are here. */
  readonly out: Readonly<Record<string, Tensor>>
  /** The final states may take the place of the initial ones. */
  readonly inPlace: boolean
  /** Outputs and final states stay on the GPU (where there is one). */
  readonly resident: boolean
}

export interface ExecutorResult {
  /** `[B, T, H, …shape]` */
  readonly outputs: Readonly<Record<string, Tensor>>
  /** `[N, G, …shape]` */
  readonly states: Readonly<Record<string, Tensor>>
}
