import type * as ast from '../../grammar/ast.ts'
import type { Span } from '../../diagnostics/source.ts'
import { rational } from '../rational.ts'
import type { Expr } from './layer.ts'
import type { Scope } from './scope.ts'
import {
  apply,
  coefficientOf,
  constantOf,
  dim,
  dimsIn,
  number,
  simplify,
  substitute,
  type Size,
} from './size.ts'
import { scalar } from './types.ts'

/**
 * Whole numbers that are known before any token comes: sizes, bounds, indices, steps in time. As a `Size`, a
 * loop variable is a dim of its own name, and `t` and `end` are dims of theirs (no declaration can be called so).
 */
export const wholeOf = (expr: ast.Expr, scope: Scope): Size | undefined => {
  switch (expr.kind) {
    case 'number': {
      const value = Number(expr.text)
      return Number.isSafeInteger(value) ? number(value) : undefined
    }
    case 'time':
      return dim(expr.at)
    case 'name':
      return wholeName(expr.name, scope)
    case 'unary': {
      const value = expr.op === '-' ? wholeOf(expr.value, scope) : undefined
      return value && apply('-', number(0), value)
    }
    case 'binary': {
      const left = wholeOf(expr.left, scope)
      const right = wholeOf(expr.right, scope)
      if (!left || !right) return undefined
      return wholeBinary(expr.op, left, right)
    }
    default:
      return undefined
  }
}

const wholeBinary = (op: ast.BinaryOp, left: Size, right: Size): Size | undefined => {
  switch (op) {
    case '+':
    case '-':
    case '*':
      return apply(op, left, right)
    case '/':
    case '%':
      return constantOf(right) === 0 ? undefined : apply(op, left, right)
    case '^': {
      const power = constantOf(right)
      if (power === undefined || power < 0 || power > 8) return undefined
      return Array.from({ length: power }).reduce<Size>((product) => apply('*', product, left), number(1))
    }
    default:
      return undefined
  }
}

const wholeName = (name: string, scope: Scope): Size | undefined => {
  const binding = scope.bindings.get(name)
  if (binding?.kind === 'size') return binding.size
  if (binding?.kind === 'variable') return dim(binding.name)
  if (binding?.kind === 'value') return wholeOfTyped(binding.expr)
  return !binding && scope.declared.get(name)?.kind === 'dim' ? dim(name) : undefined
}

const wholeOfTyped = (expr: Expr): Size | undefined => {
  if (expr.kind === 'size') return expr.size
  if (expr.kind === 'variable') return dim(expr.name)
  if (expr.kind === 'number' && expr.value.denominator === 1n) return number(Number(expr.value.numerator))
  return undefined
}

/** The variables, unique names, that are in scope. */
export const variablesIn = (
  scope: Scope,
): ReadonlyMap<string, { from?: Size; to?: Size; tokens: boolean }> => {
  const found = new Map<string, { from?: Size; to?: Size; tokens: boolean }>()
  for (const binding of scope.bindings.values())
    if (binding.kind === 'variable') found.set(binding.name, binding)
  return found
}

/** A whole number as an expression: dims alone stay a size, loop variables and `t` become names of the layer. */
export const wholeExpr = (size: Size, scope: Scope, span: Span): Expr => {
  const variables = variablesIn(scope)
  const build = (s: Size): Expr => {
    const value = constantOf(s)
    if (value !== undefined) return { kind: 'number', value: rational(value), type: scalar, span }
    if (s.kind === 'dim') {
      if (s.name === 't') return { kind: 'position', type: scalar, span }
      if (s.name === 'end') return { kind: 'length', type: scalar, span }
      if (variables.has(s.name)) return { kind: 'variable', name: s.name, type: scalar, span }
    }
    if (
      s.kind !== 'apply' ||
      dimsIn(s).every((name) => !variables.has(name) && name !== 't' && name !== 'end')
    )
      return { kind: 'size', size: s, type: scalar, span }
    const quotient: Expr = {
      kind: 'binary',
      op: s.op,
      left: build(s.left),
      right: build(s.right),
      type: scalar,
      span,
    }
    return s.op === '/' ? { kind: 'call', fn: 'floor', args: [quotient], type: scalar, span } : quotient
  }
  return build(simplify(size))
}

/** The least and the largest value of a whole number over the loop variables in it, where it is linear in them. */
export const extremesOf = (size: Size, scope: Scope): { least?: Size; largest?: Size } => {
  const variables = variablesIn(scope)
  const at = (largest: boolean): Size | undefined => {
    let result = size
    for (let i = 0; i <= variables.size; i++) {
      const name = dimsIn(result).find((n) => variables.has(n))
      if (name === undefined) return simplify(result)
      const bounds = variables.get(name)!
      const factor = coefficientOf(result, name)
      if (factor === undefined || !bounds.from || !bounds.to || bounds.tokens) return undefined
      const value = factor > 0 === largest ? apply('-', bounds.to, number(1)) : bounds.from
      result = substitute(result, (n) => (n === name ? value : undefined))
    }
    return undefined
  }
  return { least: at(false), largest: at(true) }
}
