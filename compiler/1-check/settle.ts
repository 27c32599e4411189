import type { Expr, Layer, Let, Type } from './layer.ts'
import type { Scope } from './scope.ts'
import { hasUnknown } from './unknowns.ts'
import { mapChildren } from './walk.ts'

/**
 * Put in the sizes that were left open: once the whole mixer has been seen, each `I` has the size that its
 * context needs. One that no context decides is reported.
 */
export const settle = (layer: Layer, scope: Scope): Layer => {
  const { resolve, resolveType } = scope.unknowns
  const open = (type: Type): boolean => hasUnknown(type.rows) || hasUnknown(type.cols)
  const visit = (expr: Expr): Expr => {
    const inner = mapChildren(expr, visit)
    const type = resolveType(inner.type)
    if (inner.kind === 'identity' && open(type)) scope.report('size-unknown', {}, inner.span)
    if (inner.kind === 'size') return { ...inner, size: resolve(inner.size), type }
    return { ...inner, type }
  }
  const settleLet = (l: Let): Let => ({ ...l, type: resolveType(l.type), value: visit(l.value) })
  const port = <P extends Layer['inputs'][number]>(p: P): P => (p.where ? { ...p, where: visit(p.where) } : p)
  return {
    ...layer,
    inputs: layer.inputs.map(port),
    params: layer.params.map(port),
    lets: layer.lets.map(settleLet),
    updates: layer.updates.map((u) => ({ ...u, value: visit(u.value) })),
    outputs: layer.outputs.map((o) => ({ ...o, value: visit(o.value) })),
  }
}
