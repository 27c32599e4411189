import type { Span } from '../../diagnostics/source.ts'
import type { BuiltinName } from '../builtins.ts'
import type { Rational } from '../rational.ts'
import type { Size } from './size.ts'

/**
 * A layer: the mixer with every name resolved, every function inlined, every expression typed.
 * What it says is still the paper's equation; `reference.ts` gives its meaning, token by token.
 */
export interface Layer {
  readonly name: string
  readonly doc: string
  readonly header: Header
  /** `recurrent mixer`: the recurrence may be nonlinear; there is no parallel form. */
  readonly recurrentOnly: boolean
  readonly dims: readonly Dim[]
  /** `dim … where`: what the dims must satisfy; `dimsOf` decides it. */
  readonly conditions: readonly Expr[]
  readonly inputs: readonly Port[]
  readonly params: readonly Port[]
  readonly states: readonly State[]
  /** In an order in which each uses only earlier ones (of the same token). */
  readonly lets: readonly Let[]
  /** One for each state, in the order of `states`. */
  readonly updates: readonly Update[]
  readonly outputs: readonly Output[]
  readonly span: Span
}

/** The `field: value` lines of the doc comment. */
export interface Header {
  readonly paper?: string
  readonly kin: readonly Kin[]
  /** form → the stages that the lowering must come out with. */
  readonly expect: readonly {
    readonly form: string
    readonly stages: readonly string[]
    readonly span: Span
  }[]
}

/** `kin: retnet where log_alpha = log(gamma)` */
export interface Kin {
  readonly mixer: string
  /** Inputs of the named mixer (or of this one) as expressions in the other's, as written. */
  readonly where?: string
  readonly span: Span
}

export interface Dim {
  readonly name: string
  /** In earlier dims; absent where the user must give it. */
  readonly value?: Size
  readonly span: Span
}

export interface Interval {
  readonly from: number
  readonly to: number
  readonly fromOpen: boolean
  readonly toOpen: boolean
}

/** Every value is a matrix: a scalar is 1×1, a `vec<N>` N×1, its transpose 1×N. */
export interface Type {
  readonly element: 'real' | 'complex' | 'bool'
  readonly rows: Size
  readonly cols: Size
  /** `vec<K>[n]`: an array of n such values. */
  readonly count?: Size
}

export interface Port {
  readonly name: string
  readonly doc?: string
  readonly type: Type
  readonly range?: Interval
  /** A promise such as `norm(k) <= 1`, over the port itself. */
  readonly where?: Expr
  /** The upper bound that `where` promises for the norm of each vector, if it does. */
  readonly normAtMost?: number
  readonly over?: string
  readonly span: Span
}

export interface State {
  readonly name: string
  readonly doc?: string
  readonly type: Type
  /** A param that the state starts from. */
  readonly initial?: string
  readonly span: Span
}

/** Bounds of a loop variable, half-open. */
export interface Binder {
  readonly variable: string
  readonly from: Expr
  readonly to: Expr
}

export interface Let {
  readonly name: string
  readonly doc?: string
  readonly type: Type
  /** `for m in 0..M { let kn[m] = … }` */
  readonly binder?: Binder
  readonly value: Expr
  readonly span: Span
}

export interface Update {
  readonly state: string
  readonly binder?: Binder
  /** `backward` for `R[t] = … R[t+1] …`. */
  readonly direction: 'forward' | 'backward'
  readonly value: Expr
  readonly span: Span
}

export interface Output {
  readonly name: string
  readonly doc?: string
  readonly type: Type
  readonly over?: string
  readonly value: Expr
  readonly span: Span
}

/** Which token a name is read at. */
export type Time =
  /** this token (`S[t]`: after it) */
  | { readonly kind: 'now' }
  /** `t - by`, `by` a whole-number expression in dims and loop variables; −1 is `t+1` */
  | { readonly kind: 'earlier'; readonly by: Expr }
  /** `S[end]` */
  | { readonly kind: 'end' }
  /** `k[s]`, s a variable that ranges over tokens */
  | { readonly kind: 'token'; readonly variable: string }

export type Arithmetic = '+' | '-' | '*' | '/' | '@' | '%' | '^'
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
export type Logic = '&&' | '||'

export type ExprKind =
  | { readonly kind: 'number'; readonly value: Rational }
  | { readonly kind: 'infinity' }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** A dim, or an expression in dims, used as a number. */
  | { readonly kind: 'size'; readonly size: Size }
  /** A loop variable used as a number, or as an index; one that ranges over tokens is, as a number, the token's `pos`. */
  | { readonly kind: 'variable'; readonly name: string }
  /** `element`: which one of an array. */
  | { readonly kind: 'input'; readonly name: string; readonly at: Time; readonly element?: Expr }
  | { readonly kind: 'param'; readonly name: string; readonly element?: Expr }
  | { readonly kind: 'let'; readonly name: string; readonly at: Time; readonly element?: Expr }
  | { readonly kind: 'output'; readonly name: string; readonly at: Time }
  | { readonly kind: 'state'; readonly name: string; readonly at: Time; readonly element?: Expr }
  /** A name bound by `let-in` or `fold`. */
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'position' }
  | { readonly kind: 'length' }
  | { readonly kind: 'identity' }
  | { readonly kind: 'transpose'; readonly value: Expr }
  | { readonly kind: 'negate'; readonly value: Expr }
  | { readonly kind: 'not'; readonly value: Expr }
  | {
      readonly kind: 'binary'
      readonly op: Arithmetic | Comparison | Logic
      readonly left: Expr
      readonly right: Expr
    }
  | { readonly kind: 'call'; readonly fn: BuiltinName; readonly args: readonly Expr[] }
  /** `w[i]` of a vector. */
  | { readonly kind: 'component'; readonly value: Expr; readonly index: Expr }
  | { readonly kind: 'let-in'; readonly name: string; readonly value: Expr; readonly body: Expr }
  /** Micro-steps: `name` starts as `initial` and becomes `body` for each value of the variable. */
  | {
      readonly kind: 'fold'
      readonly name: string
      readonly initial: Expr
      readonly binder: Binder
      readonly body: Expr
    }
  | {
      readonly kind: 'reduce'
      readonly op: 'sum' | 'max' | 'min' | 'concat'
      readonly binder: Binder
      /** The variable ranges over tokens (`s in t-w+1..t+1`; the bounds are then offsets from t). */
      readonly tokens: boolean
      readonly body: Expr
    }

/** Local names (of `let-in`, `fold` and loops) are unique within a layer, so that nothing can be captured. */
export type Expr = ExprKind & { readonly type: Type; readonly span: Span }
