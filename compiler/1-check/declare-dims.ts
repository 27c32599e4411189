import type { Span } from '../../diagnostics/source.ts'
import type { Declarations } from './declarations.ts'
import { sizeOf } from './declared-types.ts'
import { infer } from './infer-shapes.ts'
import type { Dim, Expr } from './layer.ts'
import type { Declared, Scope } from './scope.ts'
import { dim, type Size } from './size.ts'
import { condition, isScalar, scalar } from './types.ts'

/** The dims of a mixer, and what they must satisfy. */
export const dimsFor = (
  { dims }: Declarations,
  declared: Map<string, Declared>,
  scope: Scope,
): { dims: readonly Dim[]; conditions: readonly Expr[] } => {
  const found: Dim[] = []
  const conditions: Expr[] = []
  for (const member of dims) {
    for (const { name, value } of member.dims) {
      const size = value && sizeOf(value, scope)
      declared.set(name.text, { kind: 'dim', span: name.span })
      found.push({ name: name.text, ...(size ? { value: size } : {}), span: name.span })
    }
    if (!member.where) continue
    const where = infer(member.where, scope)
    if (!where) continue
    if (where.type.element === 'bool' && isScalar(where.type)) conditions.push(where)
    else scope.report('not-a-condition', { what: 'what follows where' }, where.span)
  }
  return { dims: found, conditions }
}

/** `dim D = 2 * K` where the equations need it: as a condition, `D == 2 * K`. */
export const keepsTo = (name: string, { size, span }: { readonly size: Size; readonly span: Span }): Expr => {
  const left: Expr = { kind: 'size', size: dim(name), type: scalar, span }
  return { kind: 'binary', op: '==', left, right: { ...left, size }, type: condition, span }
}
