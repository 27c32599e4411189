import type { ScalarFunction } from '../builtins.ts'
import type { Rational } from '../rational.ts'

/**
 * The kernel IR: one workgroup's program, as a sequence of regions with a barrier after each.
 *
 * Inside a region every invocation runs the same statements on its own `lane`; no invocation may read what
 * another writes in the same region. All workgroups run the same program on their own `group.x/y/z`.
 * It prints to WGSL and to JavaScript, is simulated with checks, and is evaluated over the proof's field.
 *
 * Values are `f32` or `i32` (every index, count and table entry); sizes of arrays are constants.
 */
export interface LoopProgram {
  /** The stage it carries out: `chunk-state`. */
  readonly name: string
  /** What it computes, in the words of the derivation. */
  readonly doc: string
  /** Storage buffers, in binding order; the uniforms come in one buffer after the last. */
  readonly bindings: readonly Binding[]
  /** Names of `i32` uniforms, in order. */
  readonly uniforms: readonly string[]
  readonly workgroupSize: number
  /** Arrays that the workgroup shares; unwritten at the start. */
  readonly workgroup: readonly ArrayDeclaration[]
  /** Arrays that each invocation has for itself; they last from region to region. Zero at the start. */
  readonly private: readonly ArrayDeclaration[]
  readonly body: readonly Step[]
}

export type ElementType = 'f32' | 'i32'

export interface Binding {
  readonly name: string
  readonly element: ElementType
  readonly access: 'read' | 'read_write'
}

export interface ArrayDeclaration {
  readonly name: string
  readonly element: ElementType
  readonly size: number
}

/** What a whole workgroup does; every expression here is the same for all its invocations. */
export type Step =
  | { readonly kind: 'region'; readonly note: string; readonly body: readonly Statement[] }
  | {
      readonly kind: 'for'
      readonly variable: string
      readonly from: Expr
      readonly to: Expr
      readonly body: readonly Step[]
    }
  /** An `i32` that later steps (and regions) use. */
  | { readonly kind: 'let'; readonly name: string; readonly value: Expr }
  | { readonly kind: 'if'; readonly condition: Expr; readonly body: readonly Step[] }

/** What one invocation does. */
export type Statement =
  /** Share `0 … count − 1` out over the invocations: lane, lane + W, lane + 2W, … */
  | {
      readonly kind: 'each'
      readonly variable: string
      readonly count: Expr
      readonly body: readonly Statement[]
    }
  | { readonly kind: 'let'; readonly name: string; readonly type: ElementType | 'bool'; readonly value: Expr }
  | { readonly kind: 'var'; readonly name: string; readonly type: ElementType; readonly value: Expr }
  | { readonly kind: 'assign'; readonly name: string; readonly value: Expr }
  | { readonly kind: 'store'; readonly array: string; readonly index: Expr; readonly value: Expr }
  /** `from … to − 1`, upwards; with `down`, from `to − 1` to `from`. `unroll` asks for literal indices. */
  | {
      readonly kind: 'for'
      readonly variable: string
      readonly from: Expr
      readonly to: Expr
      readonly down?: boolean
      readonly unroll?: boolean
      readonly body: readonly Statement[]
    }
  | {
      readonly kind: 'if'
      readonly condition: Expr
      readonly then: readonly Statement[]
      readonly else?: readonly Statement[]
    }

export type BinaryOp = '+' | '-' | '*' | '/' | '%' | '<' | '<=' | '>' | '>=' | '==' | '!=' | '&&' | '||'

export type Expr =
  /** A number of the spec, exact; printers round it. */
  | { readonly kind: 'real'; readonly value: Rational }
  | { readonly kind: 'infinity'; readonly sign: 1 | -1 }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** A `let`, `var`, loop variable or uniform; or `lane`, `group.x`, `group.y`, `group.z`. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'load'; readonly array: string; readonly index: Expr }
  | { readonly kind: 'negate'; readonly value: Expr }
  | { readonly kind: 'not'; readonly value: Expr }
  /** Both sides of one type; `/` and `%` of `i32` truncate and are used on values ≥ 0 only. `&&`, `||` may evaluate both sides. */
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr }
  /** `condition ? then : else`; both sides may be evaluated, so both must be in bounds. */
  | { readonly kind: 'select'; readonly condition: Expr; readonly then: Expr; readonly else: Expr }
  | { readonly kind: 'call'; readonly fn: ScalarFunction; readonly args: readonly Expr[] }
  /** The `f32` of an `i32`. */
  | { readonly kind: 'real-of'; readonly value: Expr }
  /** The `i32` of a whole `f32`. */
  | { readonly kind: 'int-of'; readonly value: Expr }
  /** min and max of `i32`. */
  | { readonly kind: 'int-min' | 'int-max'; readonly left: Expr; readonly right: Expr }
