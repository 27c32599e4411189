import type { Polynomial } from '../2-normalize/polynomial.ts'
import type { Rational } from '../rational.ts'

/**
 * What a token does, ready to be scheduled: everything is told relative to the state before the token, so that both
 * forms use one and the same step.
 *
 *     S_t = diag(d) S_{t−1} diag(e) + Σ_w k_w (x_w ⊙ scale_w)ᵀ
 *     r_j = scale_j ⊙ (S_{t−1}ᵀ p_j) + Σ_{w before j} dot_jw · scale_jw ⊙ x_w
 *     x_w = given_w + Σ_j coefficient_wj ⊙ r_j
 *
 * Decays inside a token are worked into p, k, dot and the scales: no quotient is formed.
 */
export interface KernelPlan {
  readonly form: 'recurrent' | 'chunk'
  /** C; 1 where the form is recurrent and takes tokens one by one. */
  readonly chunkSize: number
  /** What a token gives, worked out once per token and head: one row of the frame. */
  readonly fields: readonly Field[]
  /** Values per row. */
  readonly frameSize: number
  readonly states: readonly StepPlan[]
  readonly outputs: readonly OutputPlan[]
}

/** `lanes` values of the frame from `offset` on. A padded token has `neutral` there: its step is the identity. */
export interface Field {
  readonly name: string
  readonly offset: number
  readonly lanes: number
  readonly value: Polynomial
  readonly neutral: 0 | 1
}

export type Operand =
  { readonly kind: 'field'; readonly field: Field } | { readonly kind: 'constant'; readonly value: Rational }

export interface StepPlan {
  readonly state: string
  readonly transposed: boolean
  readonly K: number
  readonly V: number
  /** d: the decay of the key axis over the whole token. */
  readonly key?: DecayPlan
  /** e: that of the value axis. */
  readonly value?: DecayPlan
  /** In program order. */
  readonly reads: readonly ReadPlan[]
  /** In program order. */
  readonly writes: readonly WritePlan[]
}

/** Kept as the log of the factor, as expm1 of that log, or as the factor itself. */
export interface DecayPlan {
  readonly form: 'log' | 'expm1' | 'plain'
  readonly field: Field
  readonly lanes: number
}

export interface ReadPlan {
  readonly id: string
  /** The axis that the read contracts. */
  readonly axis: 'key' | 'value'
  readonly p: Operand
  /** Decay of the other axis before the read. */
  readonly scale?: Operand
  /** Some write of the token leans on it. */
  readonly feeds: boolean
  /** Writes of the same token that come before it. */
  readonly pairs: readonly PairPlan[]
}

export type PairPlan =
  /** A read along the key axis: `dot · scale ⊙ x`. */
  | { readonly kind: 'key'; readonly write: number; readonly dot: Operand; readonly scale?: Operand }
  /** A read along the value axis: `(x · y) k`. */
  | { readonly kind: 'value'; readonly write: number; readonly k: Operand; readonly y: Operand }

export interface WritePlan {
  readonly k: Operand
  /** Decay of the value axis after the write. */
  readonly scale?: Operand
  readonly given?: Operand
  /** `read` is an index into the reads. */
  readonly terms: readonly { readonly read: number; readonly coefficient: Operand }[]
}

export type OutputPlan = { readonly name: string; readonly size: number } & (
  | {
      readonly kind: 'linear'
      /** Indices of a state and of one of its reads. */
      readonly reads: readonly { readonly state: number; readonly read: number }[]
      readonly direct?: Operand
    }
  | {
      readonly kind: 'function'
      readonly value: Polynomial
      readonly reads: readonly {
        readonly state: number
        readonly read: number
        readonly atom: string
        readonly lanes: number
      }[]
    }
)
