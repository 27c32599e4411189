import type * as ast from '../../grammar/ast.ts'
import { broadcast, mismatch, steady } from './call-shapes.ts'
import { infer, isNumber } from './infer-shapes.ts'
import type { Binder, Expr } from './layer.ts'
import { silent } from './report.ts'
import { bind, type Scope } from './scope.ts'
import { apply, coefficientOf, constantOf, number, simplify, substitute, type Size } from './size.ts'
import { isColumn, isScalar, printType, vector } from './types.ts'
import { wholeExpr, wholeOf } from './whole.ts'

interface Bounds {
  readonly binder: Binder
  readonly from: Size
  readonly to: Size
  readonly tokens: boolean
  /** The scope of the body: the variable is known there. */
  readonly inside: Scope
}

interface Loop {
  readonly variable: ast.Name
  readonly from: ast.Expr
  readonly to: ast.Expr
}

const mentionsTime = (expr: ast.Expr): boolean => {
  switch (expr.kind) {
    case 'time':
      return true
    case 'unary':
      return mentionsTime(expr.value)
    case 'binary':
      return mentionsTime(expr.left) || mentionsTime(expr.right)
    default:
      return false
  }
}

/** The bounds of a loop, half-open. Over tokens they are given as offsets from this one. */
export const boundsOf = (loop: Loop, scope: Scope): Bounds | undefined => {
  const tokens = mentionsTime(loop.from) || mentionsTime(loop.to)
  const [from, to] = [loop.from, loop.to].map((bound) => {
    const size = wholeOf(bound, scope)
    if (!size && infer(bound, scope)) scope.report('not-whole', { what: 'the bound of a loop' }, bound.span)
    return size && (tokens ? offset(size) : simplify(size))
  })
  if (!from || !to) return undefined
  const name = scope.fresh(loop.variable.text)
  const binder = {
    variable: name,
    from: wholeExpr(from, scope, loop.from.span),
    to: wholeExpr(to, scope, loop.to.span),
  }
  const inside = bind(scope, loop.variable.text, { kind: 'variable', name, from, to, tokens })
  return { binder, from, to, tokens, inside }
}

/** How far after this token: `t - w + 1` ⇒ `1 - w`; what does not move with t is counted from the first token. */
const offset = (size: Size): Size =>
  coefficientOf(size, 't') === 1
    ? simplify(substitute(size, (name) => (name === 't' ? number(0) : undefined)))
    : simplify(apply('-', size, { kind: 'dim', name: 't' }))

const withoutBounds = (loop: Loop, scope: Scope): Scope => bind(scope, loop.variable.text, { kind: 'broken' })

export const inferFold = (expr: Extract<ast.Expr, { kind: 'fold' }>, scope: Scope): Expr | undefined => {
  const initial = infer(expr.initial, scope)
  const bounds = boundsOf(expr, scope)
  if (!initial || !bounds) {
    const rest = bounds?.inside ?? withoutBounds(expr, scope)
    infer(expr.body, bind(rest, expr.name.text, { kind: 'broken' }))
    return undefined
  }
  if (bounds.tokens) {
    scope.report('tokens-only-sum', { what: 'fold' }, expr.span)
    return undefined
  }
  const name = scope.fresh(expr.name.text)
  const step = (type: Expr['type'], inside: Scope): Expr | undefined =>
    infer(
      expr.body,
      bind(inside, expr.name.text, {
        kind: 'value',
        expr: { kind: 'local', name, type, span: initial.span },
      }),
    )
  // A scalar start takes the shape that a step makes of it: `fold X = 0 for …`.
  const trial = isScalar(initial.type) ? step(initial.type, { ...bounds.inside, report: silent }) : undefined
  const start =
    trial && trial.type.element !== 'bool'
      ? broadcast('fold', initial, trial, expr.span, scope)
      : initial.type
  if (!start) return undefined
  const body = step(start, bounds.inside)
  if (!body || !isNumber(body, scope) || !isNumber(initial, scope)) return undefined
  const type = broadcast('fold', { ...initial, type: start }, body, expr.span, scope)
  if (!type) return undefined
  if (isScalar(scope.unknowns.resolveType(body.type)) && !isScalar(scope.unknowns.resolveType(start))) {
    mismatch('fold', initial, body, expr.span, scope)
    return undefined
  }
  return { kind: 'fold', name, initial, binder: bounds.binder, body, type, span: expr.span }
}

export const inferReduce = (expr: Extract<ast.Expr, { kind: 'reduce' }>, scope: Scope): Expr | undefined => {
  const bounds = boundsOf(expr, scope)
  const body = infer(expr.body, bounds?.inside ?? withoutBounds(expr, scope))
  if (!bounds || !body || !isNumber(body, scope)) return undefined
  const { op, span } = expr
  const { binder, tokens } = bounds
  const type = scope.unknowns.resolveType(body.type)
  if (op !== 'sum' && type.element === 'complex' && op !== 'concat') {
    scope.report('complex-value', { what: op }, body.span)
    return undefined
  }
  if (op !== 'concat') return { kind: 'reduce', op, binder, tokens, body, type, span }
  if (tokens) {
    scope.report('tokens-only-sum', { what: 'concat' }, span)
    return undefined
  }
  if (!isColumn(type)) {
    scope.report('not-a-vector', { what: 'concat', type: printType(type) }, body.span)
    return undefined
  }
  const length = steady(apply('*', apply('-', bounds.to, bounds.from), type.rows), span, scope)
  if (!length) return undefined
  if ((constantOf(length) ?? 1) < 1) {
    scope.report('size-not-positive', { what: 'concat', size: constantOf(length)! }, span)
    return undefined
  }
  return { kind: 'reduce', op, binder, tokens, body, type: vector(length, type.element), span }
}
