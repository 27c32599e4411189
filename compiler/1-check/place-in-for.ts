import type * as ast from '../../grammar/ast.ts'
import type { Binder } from './layer.ts'
import { boundsOf } from './loops.ts'
import type { Scope } from './scope.ts'
import { constantOf, type Size } from './size.ts'

/** The scope of a member inside `for`, with its binder and how many times it turns. */
export const placeIn = (
  loop: ast.For | undefined,
  scope: Scope,
): { readonly scope: Scope; readonly binder?: Binder; readonly count?: Size } | undefined => {
  if (!loop) return { scope }
  const bounds = boundsOf(loop, scope)
  if (!bounds) return undefined
  if (bounds.tokens || constantOf(bounds.from) !== 0) {
    scope.report('for-from-zero', {}, loop.from.span)
    return undefined
  }
  return { scope: bounds.inside, binder: bounds.binder, count: bounds.to }
}

/** `m` in `for m in …`: the only index that the left side of a member takes. */
export const isVariable = (index: ast.Expr, loop: ast.For | undefined): boolean =>
  loop !== undefined && index.kind === 'name' && index.name === loop.variable.text
