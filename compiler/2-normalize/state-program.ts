import type { Polynomial } from './polynomial.ts'

/**
 * The normal form: what one token does to each state, as a straight line of decays, reads and writes
 * (docs: the linear state program). `K` is the axis that reads contract, `V` the other one; the columns of the
 * state along V never meet. Where the equation works from the right (`S @ (I − β v vᵀ)`) the program is the one of
 * the transposed state, and `transposed` says so.
 */
export interface LayerProgram {
  readonly name: string
  readonly states: readonly StateProgram[]
  readonly outputs: readonly OutputProgram[]
}

export interface StateProgram {
  readonly state: string
  readonly transposed: boolean
  readonly K: number
  readonly V: number
  readonly ops: readonly MicroOp[]
}

export type MicroOp = Decay | ReadOp | Write

/** S ← diag(d) S (axis `key`) or S diag(e) (axis `value`); d is exp of `value` where `form` is `log`. */
export interface Decay {
  readonly kind: 'decay'
  readonly axis: 'key' | 'value'
  readonly form: 'log' | 'plain'
  readonly value: Polynomial
}

/** r = Sᵀp, a V-vector; with axis `value` r = S p, a K-vector, which no write may use. */
export interface ReadOp {
  readonly kind: 'read'
  readonly id: string
  readonly axis: 'key' | 'value'
  readonly p: Polynomial
}

/** S ← S + k xᵀ with x = given + Σ coefficient ⊙ read, over earlier reads of the token. */
export interface Write {
  readonly kind: 'write'
  readonly k: Polynomial
  readonly given: Polynomial
  readonly terms: readonly ReadTerm[]
}

export interface ReadTerm {
  readonly read: string
  readonly coefficient: Polynomial
}

/**
 * An output: the sum of some reads and a value given by the token, or any other function of reads (`value`, whose
 * read atoms are named in `reads` by the key they have there).
 */
export type OutputProgram = {
  readonly name: string
  readonly rows: number
  readonly cols: number
} & (
  | { readonly kind: 'linear'; readonly reads: readonly OutputRead[]; readonly direct: Polynomial }
  | {
      readonly kind: 'function'
      readonly value: Polynomial
      readonly reads: readonly (OutputRead & { readonly atom: string })[]
    }
)

export interface OutputRead {
  readonly state: string
  readonly read: string
}
