import type { Span } from '../../diagnostics/source.ts'
import { mismatch } from './call-shapes.ts'
import type { Expr, Type } from './layer.ts'
import type { Scope } from './scope.ts'
import { spread } from './spread.ts'
import { isScalar } from './types.ts'

/** Stands for a declared type in a message about shapes. */
export const placeholder = (type: Type, span: Span): Expr => ({ kind: 'identity', type, span })

/** A value where a type is declared: a real fits a complex place, a scalar fits anywhere. */
export const fit = (value: Expr, type: Type, what: string, at: Span, scope: Scope): Expr | undefined => {
  if (value.type.element === 'complex' && type.element !== 'complex') {
    scope.report('complex-value', { what }, value.span, {
      help: 're(…) takes the real part; `complex` before the type keeps both',
    })
    return undefined
  }
  const given = scope.unknowns.resolveType(value.type)
  if (isScalar(given)) return spread(value, type, scope)
  if (scope.unknowns.unify(given.rows, type.rows) && scope.unknowns.unify(given.cols, type.cols)) return value
  mismatch(
    what,
    value,
    placeholder({ element: type.element, rows: type.rows, cols: type.cols }, at),
    value.span,
    scope,
  )
  return undefined
}
