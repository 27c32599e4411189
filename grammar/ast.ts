import type { Source, Span } from '../diagnostics/source.ts'

/** The tree of a `.mix` file, as written: nothing resolved, nothing typed. Every node knows its span. */
export interface File {
  readonly kind: 'file'
  readonly source: Source
  readonly span: Span
  readonly items: readonly Item[]
}

export type Item = Use | Fn | Mixer

export interface Name {
  readonly text: string
  readonly span: Span
}

/** `use "./maps.mix" (elu1)` or `use std.maps (elu1)` */
export interface Use {
  readonly kind: 'use'
  readonly span: Span
  readonly doc?: string
  /** `./maps.mix`, or `std.maps`. */
  readonly path: { readonly text: string; readonly standard: boolean; readonly span: Span }
  readonly names: readonly Name[]
}

/** `fn elu1<N>(x: vec<N>): vec<N> = …` */
export interface Fn {
  readonly kind: 'fn'
  readonly span: Span
  readonly doc?: string
  readonly name: Name
  readonly sizes: readonly Name[]
  readonly parameters: readonly { readonly name: Name; readonly type: Type }[]
  readonly result?: Type
  readonly body: Expr
}

export interface Mixer {
  readonly kind: 'mixer'
  readonly span: Span
  readonly doc?: string
  /** Where the doc comment stands (the header's fields are data). */
  readonly docSpan?: Span
  readonly recurrent: boolean
  readonly name: Name
  readonly members: readonly Member[]
}

export type Member = Dim | Input | Param | State | Let | Update | Output | For

export interface Dim {
  readonly kind: 'dim'
  readonly span: Span
  readonly doc?: string
  readonly dims: readonly { readonly name: Name; readonly value?: Expr }[]
  readonly where?: Expr
}

/** `in [0, 2)`: the bounds are constant expressions. */
export interface Range {
  readonly span: Span
  readonly from: Expr
  readonly to: Expr
  readonly fromOpen: boolean
  readonly toOpen: boolean
}

interface Port {
  readonly span: Span
  readonly doc?: string
  readonly names: readonly Name[]
  readonly type: Type
  readonly range?: Range
  readonly where?: Expr
}

export interface Input extends Port {
  readonly kind: 'input'
  /** `over s`: a second sequence. */
  readonly over?: Name
}

export interface Param extends Port {
  readonly kind: 'param'
}

export interface State {
  readonly kind: 'state'
  readonly span: Span
  readonly doc?: string
  readonly names: readonly Name[]
  readonly type: Type
  /** `= S0`: a param that the state starts from. */
  readonly initial?: Expr
}

export interface Let {
  readonly kind: 'let'
  readonly span: Span
  readonly doc?: string
  readonly name: Name
  /** `let kn[m] = …` inside a `for`. */
  readonly index?: Expr
  readonly type?: Type
  readonly value: Expr
}

/** `S[t] = …`, `S[m][t] = …`, `R[t] = …` */
export interface Update {
  readonly kind: 'update'
  readonly span: Span
  readonly doc?: string
  readonly state: Name
  /** All indices in order; the last is the time. */
  readonly indices: readonly Expr[]
  readonly value: Expr
}

export interface Output {
  readonly kind: 'output'
  readonly span: Span
  readonly doc?: string
  readonly name: Name
  readonly type: Type
  readonly over?: Name
  readonly value: Expr
}

/** `for m in 0..M { … }` */
export interface For {
  readonly kind: 'for'
  readonly span: Span
  readonly variable: Name
  readonly from: Expr
  readonly to: Expr
  readonly members: readonly Member[]
}

/** `scalar`, `vec<N>`, `mat<N, M>`, `complex vec<N>`, `vec<N>[n]` */
export interface Type {
  readonly kind: 'type'
  readonly span: Span
  readonly complex: boolean
  readonly base: 'scalar' | 'vec' | 'mat'
  readonly sizes: readonly Expr[]
  readonly count?: Expr
}

export type BinaryOp =
  | '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '@' | '%' | '^' // prettier-ignore

export type Expr =
  | {
      readonly kind: 'number'
      readonly span: Span
      /** As written, underscores taken out. */ readonly text: string
    }
  | { readonly kind: 'infinity'; readonly span: Span }
  | { readonly kind: 'bool'; readonly span: Span; readonly value: boolean }
  | { readonly kind: 'name'; readonly span: Span; readonly name: string }
  /** `t`, `end`: only inside an index. */
  | { readonly kind: 'time'; readonly span: Span; readonly at: 't' | 'end' }
  /** `I` */
  | { readonly kind: 'identity'; readonly span: Span }
  | { readonly kind: 'index'; readonly span: Span; readonly value: Expr; readonly index: Expr }
  | { readonly kind: 'transpose'; readonly span: Span; readonly value: Expr }
  | { readonly kind: 'unary'; readonly span: Span; readonly op: '-' | '!'; readonly value: Expr }
  | {
      readonly kind: 'binary'
      readonly span: Span
      readonly op: BinaryOp
      readonly left: Expr
      readonly right: Expr
    }
  | { readonly kind: 'call'; readonly span: Span; readonly callee: Name; readonly args: readonly Expr[] }
  | {
      readonly kind: 'let-in'
      readonly span: Span
      readonly name: Name
      readonly value: Expr
      readonly body: Expr
    }
  /** `if c then …` has no spelling; `where(c, a, b)` is a call. `fold X = e for j in a..b: body` */
  | {
      readonly kind: 'fold'
      readonly span: Span
      readonly name: Name
      readonly initial: Expr
      readonly variable: Name
      readonly from: Expr
      readonly to: Expr
      readonly body: Expr
    }
  /** `sum(m in 0..M: …)`, `max`, `min`, `concat` */
  | {
      readonly kind: 'reduce'
      readonly span: Span
      readonly op: 'sum' | 'max' | 'min' | 'concat'
      readonly variable: Name
      readonly from: Expr
      readonly to: Expr
      readonly body: Expr
    }
  /** Where the parser recovered; always comes with a diagnostic. */
  | { readonly kind: 'missing'; readonly span: Span }
