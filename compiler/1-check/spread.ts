import { rational } from '../rational.ts'
import type { Expr, Type } from './layer.ts'
import type { Scope } from './scope.ts'
import { apply, isUnit, simplify } from './size.ts'
import { isScalar, scalar, vector } from './types.ts'

/**
 * A scalar where a vector or matrix is declared: every component is that scalar.
 *
 *     0 : vec<K>   ⇒   concat(j in 0..K: 0)
 *
 * Afterwards the value of a declaration has the declared shape.
 */
export const spread = (value: Expr, type: Type, scope: Scope): Expr => {
  const wanted = scope.unknowns.resolveType(type)
  if (!isScalar(scope.unknowns.resolveType(value.type)) || isScalar(wanted)) return value
  const { span } = value
  const { element } = value.type
  const size = (s: Type['rows']): Expr => ({ kind: 'size', size: s, type: scalar, span })
  const count = simplify(apply('*', wanted.rows, wanted.cols))
  const binder = {
    variable: scope.fresh('j'),
    from: { kind: 'number', value: rational(0), type: scalar, span } as const,
    to: size(count),
  }
  const column: Expr = {
    kind: 'reduce',
    op: 'concat',
    binder,
    tokens: false,
    body: value,
    type: vector(count, element),
    span,
  }
  if (isUnit(wanted.cols)) return column
  const shape = { element, rows: wanted.rows, cols: wanted.cols }
  return {
    kind: 'call',
    fn: 'reshape',
    args: [column, size(wanted.rows), size(wanted.cols)],
    type: shape,
    span,
  }
}
