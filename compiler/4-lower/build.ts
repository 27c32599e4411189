import type { ScalarFunction } from '../builtins.ts'
import { rational, type Rational } from '../rational.ts'
import type { BinaryOp, ElementType, Expr, Statement, Step } from './loop-ir.ts'

/** A vocabulary for writing kernels: short names for the nodes of the IR, with `i32` arithmetic folded. */

export const int = (value: number): Expr => ({ kind: 'int', value })
export const real = (value: Rational | number): Expr => ({
  kind: 'real',
  value: typeof value === 'number' ? rational(value) : value,
})
export const name = (n: string): Expr => ({ kind: 'name', name: n })
export const load = (array: string, index: Expr): Expr => ({ kind: 'load', array, index })
export const negate = (value: Expr): Expr => ({ kind: 'negate', value })
export const call = (fn: ScalarFunction, ...args: readonly Expr[]): Expr => ({ kind: 'call', fn, args })
export const select = (condition: Expr, then: Expr, otherwise: Expr): Expr => ({
  kind: 'select',
  condition,
  then,
  else: otherwise,
})

export const lane = name('lane')
export const groupX = name('group.x')
export const groupY = name('group.y')
export const groupZ = name('group.z')

const binary =
  (op: BinaryOp) =>
  (left: Expr, right: Expr): Expr => ({ kind: 'binary', op, left, right })

const fold =
  (op: '+' | '-' | '*' | '/' | '%', compute: (a: number, b: number) => number) =>
  (left: Expr, right: Expr): Expr =>
    left.kind === 'int' && right.kind === 'int'
      ? int(compute(left.value, right.value))
      : { kind: 'binary', op, left, right }

const isInt = (e: Expr, value: number): boolean => e.kind === 'int' && e.value === value
const isReal = (e: Expr, value: bigint): boolean =>
  e.kind === 'real' && e.value.numerator === value && e.value.denominator === 1n

const plus = fold('+', (a, b) => a + b)
const times = fold('*', (a, b) => a * b)

/** Sums and products of either type; the neutral ones of `i32`, and literal 0 and 1 of `f32`, vanish. */
export const add = (...parts: readonly Expr[]): Expr =>
  parts.reduce((a, b) => (isInt(a, 0) || isReal(a, 0n) ? b : isInt(b, 0) || isReal(b, 0n) ? a : plus(a, b)))
export const mul = (...parts: readonly Expr[]): Expr =>
  parts.reduce((a, b) => (isInt(a, 1) || isReal(a, 1n) ? b : isInt(b, 1) || isReal(b, 1n) ? a : times(a, b)))
export const sub = (a: Expr, b: Expr): Expr => (isInt(b, 0) ? a : fold('-', (x, y) => x - y)(a, b))
/** Of `i32` ≥ 0: truncating. */
export const div = (a: Expr, b: Expr): Expr =>
  isInt(b, 1) ? a : fold('/', (x, y) => Math.trunc(x / y))(a, b)
export const mod = (a: Expr, b: Expr): Expr => (isInt(b, 1) ? int(0) : fold('%', (x, y) => x % y)(a, b))

export const less = binary('<')
export const atMost = binary('<=')
export const equal = binary('==')
export const and = binary('&&')
export const or = binary('||')
export const intMin = (left: Expr, right: Expr): Expr =>
  left.kind === 'int' && right.kind === 'int'
    ? int(Math.min(left.value, right.value))
    : { kind: 'int-min', left, right }
export const intMax = (left: Expr, right: Expr): Expr =>
  left.kind === 'int' && right.kind === 'int'
    ? int(Math.max(left.value, right.value))
    : { kind: 'int-max', left, right }

export const letF = (n: string, value: Expr): Statement => ({ kind: 'let', name: n, type: 'f32', value })
export const letI = (n: string, value: Expr): Statement => ({ kind: 'let', name: n, type: 'i32', value })
export const variable = (n: string, value: Expr, type: ElementType = 'f32'): Statement => ({
  kind: 'var',
  name: n,
  type,
  value,
})
export const assign = (n: string, value: Expr): Statement => ({ kind: 'assign', name: n, value })
/** n ← n + value */
export const accumulate = (n: string, value: Expr): Statement => assign(n, add(name(n), value))
export const store = (array: string, index: Expr, value: Expr): Statement => ({
  kind: 'store',
  array,
  index,
  value,
})
export const loop = (
  v: string,
  from: Expr,
  to: Expr,
  body: readonly Statement[],
  more: { down?: boolean; unroll?: boolean } = {},
): Statement => ({
  kind: 'for',
  variable: v,
  from,
  to,
  body,
  ...more,
})
export const when = (
  condition: Expr,
  then: readonly Statement[],
  otherwise?: readonly Statement[],
): Statement => ({
  kind: 'if',
  condition,
  then,
  else: otherwise,
})
export const each = (v: string, count: Expr, body: readonly Statement[]): Statement => ({
  kind: 'each',
  variable: v,
  count,
  body,
})

export const region = (note: string, ...body: readonly Statement[]): Step => ({ kind: 'region', note, body })
export const stepLet = (n: string, value: Expr): Step => ({ kind: 'let', name: n, value })
export const stepFor = (v: string, from: Expr, to: Expr, body: readonly Step[]): Step => ({
  kind: 'for',
  variable: v,
  from,
  to,
  body,
})
