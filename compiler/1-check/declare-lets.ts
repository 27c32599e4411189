import type * as ast from '../../grammar/ast.ts'
import type { Placed } from './declarations.ts'
import { typeOf } from './declared-types.ts'
import { fit } from './fit.ts'
import { infer, isNumber } from './infer-shapes.ts'
import type { Let, Type } from './layer.ts'
import { isVariable, placeIn } from './place-in-for.ts'
import { bind, type Declared, type Scope } from './scope.ts'

/** A let is looked at when it is first needed, so that `lets` comes out in an order of use. */
export const declareLet = (
  { member, loop }: Placed<ast.Let>,
  declared: Map<string, Declared>,
  scope: Scope,
  lets: Let[],
): (() => void) => {
  let state: 'new' | 'busy' | 'done' = 'new'
  let type: Type | undefined
  const look = (): Type | undefined => {
    if (state === 'done') return type
    if (state === 'busy') {
      scope.report('circular-definition', { name: member.name.text }, member.name.span, {
        help: 'what carries over from token to token is declared as a state',
      })
      return undefined
    }
    state = 'busy'
    type = define()
    state = 'done'
    return type
  }
  const define = (): Type | undefined => {
    const place = placeIn(loop, scope)
    const own = place ?? { scope: loop ? bind(scope, loop.variable.text, { kind: 'broken' }) : scope }
    const wanted = member.type && typeOf(member.type, scope)
    const value = infer(member.value, own.scope)
    if (member.index && !isVariable(member.index, loop)) {
      scope.report('for-index', { name: member.name.text }, member.index.span)
      return undefined
    }
    if (!value || !place || (member.type && !wanted)) return undefined
    if (!isNumber(value, scope)) return undefined
    const fitted = wanted
      ? fit(value, wanted, `the let ${member.name.text}`, member.type!.span, scope)
      : value
    if (!fitted) return undefined
    const one = wanted ? { ...wanted, count: undefined } : fitted.type
    const full: Type = {
      element: one.element,
      rows: one.rows,
      cols: one.cols,
      ...(place.count ? { count: place.count } : {}),
    }
    const doc = member.doc === undefined ? {} : { doc: member.doc }
    lets.push({
      name: member.name.text,
      ...doc,
      type: full,
      ...(place.binder ? { binder: place.binder } : {}),
      value: fitted,
      span: member.name.span,
    })
    return full
  }
  declared.set(member.name.text, {
    kind: 'let',
    span: member.name.span,
    type: look,
    ...(loop ? { perElement: loop.variable.text } : {}),
  })
  return look
}
