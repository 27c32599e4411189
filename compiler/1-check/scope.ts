import type * as ast from '../../grammar/ast.ts'
import type { Span } from '../../diagnostics/source.ts'
import type { Expr, Type } from './layer.ts'
import type { FnTable } from './functions.ts'
import type { Report } from './report.ts'
import type { Size } from './size.ts'
import type { Unknowns } from './unknowns.ts'

/** What a name stands for inside an expression. */
export type Binding =
  /** A parameter of a function, or a name bound by `let … in` or `fold`. */
  | { readonly kind: 'value'; readonly expr: Expr }
  /** A loop variable; `name` is unique in the layer. */
  | {
      readonly kind: 'variable'
      readonly name: string
      readonly from?: Size
      readonly to?: Size
      readonly tokens: boolean
    }
  /** The `N` of a generic function. */
  | { readonly kind: 'size'; readonly size: Size }
  /** A name whose value was in error: nothing more is said about it. */
  | { readonly kind: 'broken' }

/** What a mixer declares under a name; `undefined` types mean that the declaration was in error. */
export type Declared =
  | { readonly kind: 'dim'; readonly span: Span }
  | { readonly kind: 'input'; readonly span: Span; readonly type?: Type; readonly over?: string }
  | { readonly kind: 'param'; readonly span: Span; readonly type?: Type }
  | { readonly kind: 'state'; readonly span: Span; readonly type?: Type }
  /** Its type follows from its value, which is looked at when it is first needed. */
  | {
      readonly kind: 'let'
      readonly span: Span
      readonly type: () => Type | undefined
      readonly perElement?: string
    }
  | { readonly kind: 'output'; readonly span: Span; readonly type?: Type }

/** Where an expression stands. */
export interface Scope {
  readonly report: Report
  readonly unknowns: Unknowns
  readonly functions: FnTable
  /** The functions being inlined, innermost last: a function may not come round to itself. */
  readonly inlining: readonly ast.Fn[]
  readonly bindings: ReadonlyMap<string, Binding>
  /** What the mixer declares; functions see none of it. */
  readonly declared: ReadonlyMap<string, Declared>
  /** A name not used before in this layer. */
  readonly fresh: (name: string) => string
}

export const bind = (scope: Scope, name: string, binding: Binding): Scope => ({
  ...scope,
  bindings: new Map([...scope.bindings, [name, binding]]),
})
