/**
 * What a compiled layer is at run time: plain data that the compiler writes and the runtime reads.
 * Nothing here (or anywhere in `runtime/`) imports the compiler.
 */
export interface Manifest {
  /** The mixer's name. */
  readonly layer: string
  /** The sizes it was compiled for. */
  readonly dims: Readonly<Record<string, number>>
  /** Per batch, token and head: `[B, T, G, …shape]`. */
  readonly inputs: readonly TensorSpec[]
  /** Per head: `[G, …shape]`. */
  readonly params: readonly TensorSpec[]
  /** `[B, H, K, V]`, key first. */
  readonly states: readonly StateSpec[]
  /** `[B, T, H, …shape]`. */
  readonly outputs: readonly TensorSpec[]
  readonly forms: { readonly recurrent: FormManifest; readonly chunk?: FormManifest }
  /** Why a form is missing. */
  readonly missingForms: Readonly<Partial<Record<'chunk', string>>>
}

export interface TensorSpec {
  readonly name: string
  /** Sizes after `[B, T, G]`: none for a scalar, `[K]` for a vector, `[n, K]` for an array of vectors. */
  readonly shape: readonly number[]
}

export interface StateSpec extends TensorSpec {
  /** A param `[G, …shape]` that it starts from where the caller gives no initial state. */
  readonly initial?: string
  /** Inputs and params that its update uses: they decide how many heads the state has. */
  readonly fedBy: readonly string[]
}

/**
 * The stages of one form, in order. Each run of them carries out one segment: a stretch of tokens of every
 * sequence, cut into chunks; the states are updated in place, so that segments follow one another.
 *
 * Rows number the tokens of the segment, chunk after chunk (a chunk's rows are consecutive). Buffers by name:
 *
 * - an input or param: the caller's tensor
 * - `state.<S>`: `[N, H, K, V]`, in and out
 * - an output: the caller's tensor `[B, T, H, …]`
 * - `table.chunks`: `i32`, for each chunk `[first token, first row, count, sequence]`; tokens are counted over all of `[B, T]`
 * - `table.sequences`: `i32`, for each sequence `[first chunk, chunk count]` of this segment
 * - `table.mask`: `i32` for each token of `[B, T]`: 1 where the token counts, 0 where it is padding. Only where `masked`.
 * - `scratch.…`: a scratch buffer
 *
 * Uniforms by name: `heads` (H of the layer), `share.<input>` (H / G: how many heads share one of the input's),
 * `masked` (0 or 1).
 */
export interface FormManifest {
  readonly name: 'recurrent' | 'chunk'
  /** C: how many tokens a chunk has at most. */
  readonly chunkSize: number
  readonly stages: readonly StageManifest[]
  readonly scratch: readonly ScratchSpec[]
}

export interface StageManifest {
  readonly name: string
  readonly workgroupSize: number
  readonly bindings: readonly {
    readonly buffer: string
    readonly element: 'f32' | 'i32'
    readonly access: 'read' | 'read_write'
  }[]
  readonly uniforms: readonly string[]
  /** x counts chunks or sequences, y heads, z is fixed (blocks of columns). */
  readonly grid: { readonly x: 'chunks' | 'sequences'; readonly z: number }
  readonly wgsl: string
  /** The body of a JavaScript function `(buffers, uniforms, groups) => void`. */
  readonly js: string
}

/** `elements` values for each row (token of the segment), chunk or sequence, and each head. */
export interface ScratchSpec {
  readonly name: string
  readonly element: 'f32' | 'i32'
  readonly elements: number
  readonly per: 'row' | 'chunk' | 'sequence'
}
