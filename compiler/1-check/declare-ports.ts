import type * as ast from '../../grammar/ast.ts'
import { rangeOf } from './constant.ts'
import { typeOf } from './declared-types.ts'
import { infer } from './infer-shapes.ts'
import type { Expr, Port } from './layer.ts'
import { normBoundIn, portsIn, promisesIn } from './promises.ts'
import type { Declared, Scope } from './scope.ts'

/** An input or param whose promises have not been looked at: they may speak of lets. */
export type PlainPort = Omit<Port, 'where' | 'normAtMost'>

/** Inputs or params with their types and ranges. */
export const portsFor = (
  members: readonly (ast.Input | ast.Param)[],
  declared: Map<string, Declared>,
  scope: Scope,
): readonly PlainPort[] =>
  members.flatMap((member) => {
    const type = typeOf(member.type, scope)
    const range = member.range && rangeOf(member.range, scope.report)
    if (member.range && type?.element === 'complex')
      scope.report('complex-value', { what: 'a range' }, member.range.span)
    const over = member.kind === 'input' ? member.over?.text : undefined
    return member.names.flatMap((name) => {
      declared.set(name.text, {
        kind: member.kind,
        span: name.span,
        ...(type ? { type } : {}),
        ...(over ? { over } : {}),
      })
      if (!type) return []
      const doc = member.doc === undefined ? {} : { doc: member.doc }
      return [
        {
          name: name.text,
          ...doc,
          type,
          ...(range ? { range } : {}),
          ...(over ? { over } : {}),
          span: name.span,
        },
      ]
    })
  })

/** `where norm(k) <= 1`: each promise goes to the one input that it speaks of. */
export const promisesFor = (
  ports: readonly PlainPort[],
  members: readonly (ast.Input | ast.Param)[],
  scope: Scope,
): readonly Port[] => {
  const promised = new Map<string, Expr[]>()
  for (const member of members) {
    if (!member.where) continue
    const own = new Set(member.names.map((name) => name.text))
    const declared = new Map(
      [...scope.declared].map(([name, d]): [string, Declared] =>
        own.has(name) && (d.kind === 'input' || d.kind === 'param') && d.type
          ? [name, { ...d, type: { element: d.type.element, rows: d.type.rows, cols: d.type.cols } }]
          : [name, d],
      ),
    )
    const where = infer(member.where, { ...scope, declared })
    if (!where) continue
    if (where.type.element !== 'bool') {
      scope.report('not-a-condition', { what: 'what follows where' }, where.span)
      continue
    }
    for (const promise of promisesIn(where)) {
      const names = portsIn(promise)
      if (names.length === 1 && own.has(names[0]))
        promised.set(names[0], [...(promised.get(names[0]) ?? []), promise])
      else scope.report('promise-unclear', {}, promise.span)
    }
  }
  return ports.map((port) => {
    const promises = promised.get(port.name)
    if (!promises) return port
    const where = promises.reduce((left, right): Expr => ({
      kind: 'binary', op: '&&', left, right, type: left.type, span: left.span,
    })) // prettier-ignore
    const bounds = promises.flatMap((promise) => normBoundIn(promise, port.name) ?? [])
    return { ...port, where, ...(bounds.length > 0 ? { normAtMost: Math.min(...bounds) } : {}) }
  })
}
