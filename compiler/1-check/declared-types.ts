import type * as ast from '../../grammar/ast.ts'
import type { Type } from './layer.ts'
import type { Scope } from './scope.ts'
import { constantOf, dimsIn, simplify, unit, type Size } from './size.ts'
import { nearest } from './nearest.ts'
import { variablesIn, wholeOf } from './whole.ts'

/** What stands between angle brackets or in `[n]`: a whole number made of dims. */
export const sizeOf = (expr: ast.Expr, scope: Scope): Size | undefined => {
  const unknown = unknownIn(expr, scope)
  if (unknown.length > 0) {
    for (const name of unknown)
      scope.report('unknown-name', { name: name.text }, name.span, nearest(name, sizeNames(scope)))
    return undefined
  }
  if (expr.kind === 'missing') return undefined
  const size = wholeOf(expr, scope)
  if (!size || dimsIn(size).some((name) => name === 't' || name === 'end' || variablesIn(scope).has(name))) {
    scope.report('not-whole', { what: 'a size' }, expr.span)
    return undefined
  }
  const value = constantOf(size)
  if (value !== undefined && value < 1) {
    scope.report('size-not-positive', { what: 'this size', size: value }, expr.span)
    return undefined
  }
  return simplify(size)
}

const sizeNames = (scope: Scope): readonly string[] => [
  ...[...scope.bindings].filter(([, b]) => b.kind === 'size').map(([name]) => name),
  ...[...scope.declared].filter(([, d]) => d.kind === 'dim').map(([name]) => name),
]

const unknownIn = (expr: ast.Expr, scope: Scope): readonly ast.Name[] => {
  switch (expr.kind) {
    case 'name':
      return scope.bindings.has(expr.name) || scope.declared.has(expr.name)
        ? []
        : [{ text: expr.name, span: expr.span }]
    case 'unary':
      return unknownIn(expr.value, scope)
    case 'binary':
      return [...unknownIn(expr.left, scope), ...unknownIn(expr.right, scope)]
    default:
      return []
  }
}

/** A declared type. */
export const typeOf = (type: ast.Type, scope: Scope): Type | undefined => {
  // The parser has said so where the number of sizes is wrong.
  if (type.sizes.length !== { scalar: 0, vec: 1, mat: 2 }[type.base]) return undefined
  const sizes = type.sizes.map((size) => sizeOf(size, scope))
  const count = type.count && sizeOf(type.count, scope)
  if (sizes.some((size) => !size) || (type.count && !count)) return undefined
  const [rows = unit, cols = unit] = sizes as Size[]
  return { element: type.complex ? 'complex' : 'real', rows, cols, ...(count ? { count } : {}) }
}
