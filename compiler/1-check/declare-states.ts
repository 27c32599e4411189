import type { Declarations } from './declarations.ts'
import { mismatch } from './call-shapes.ts'
import { typeOf } from './declared-types.ts'
import { placeholder } from './fit.ts'
import type { State, Type } from './layer.ts'
import { nearest } from './nearest.ts'
import type { Declared, Scope } from './scope.ts'
import { sameSize } from './size.ts'

/** The states of a mixer; one that does not start from zero starts from a param of its type. */
export const statesFor = (
  declarations: Declarations,
  declared: Map<string, Declared>,
  scope: Scope,
): readonly State[] =>
  declarations.states.flatMap((member) => {
    const type = typeOf(member.type, scope)
    let initial: string | undefined
    if (member.initial) {
      const start = member.initial
      const param = start.kind === 'name' ? declared.get(start.name) : undefined
      if (start.kind === 'name' && !param)
        scope.report(
          'unknown-name',
          { name: start.name },
          start.span,
          nearest({ text: start.name, span: start.span }, [...declared.keys()]),
        )
      else if (start.kind !== 'name' || param!.kind !== 'param') {
        if (start.kind !== 'missing') scope.report('initial-not-param', {}, start.span)
      } else {
        initial = start.name
        if (type && param!.type && !sameType(type, param!.type))
          mismatch(
            'the start of the state',
            placeholder(type, member.type.span),
            placeholder(param!.type, start.span),
            start.span,
            scope,
          )
      }
    }
    return member.names.flatMap((name) => {
      declared.set(name.text, { kind: 'state', span: name.span, ...(type ? { type } : {}) })
      const doc = member.doc === undefined ? {} : { doc: member.doc }
      return type ? [{ name: name.text, ...doc, type, ...(initial ? { initial } : {}), span: name.span }] : []
    })
  })

const sameType = (a: Type, b: Type): boolean =>
  (a.element === b.element || b.element === 'real') &&
  sameSize(a.rows, b.rows) &&
  sameSize(a.cols, b.cols) &&
  (a.count === undefined) === (b.count === undefined) &&
  (!a.count || sameSize(a.count, b.count!))
