import type { Declarations } from './declarations.ts'
import { fit } from './fit.ts'
import { infer, isNumber } from './infer-shapes.ts'
import type { Output } from './layer.ts'
import type { Declared, Scope } from './scope.ts'

/** The outputs of a mixer, their values in the shape that they are declared with. */
export const outputsFor = (
  declarations: Declarations,
  declared: ReadonlyMap<string, Declared>,
  scope: Scope,
): readonly Output[] =>
  declarations.outputs.flatMap((member) => {
    const value = infer(member.value, scope)
    const place = declared.get(member.name.text)
    const type = place?.kind === 'output' && place.span === member.name.span ? place.type : undefined
    if (type?.count) {
      scope.report('array-output', {}, member.type.span)
      return []
    }
    if (!value || !type || !isNumber(value, scope)) return []
    const fitted = fit(value, type, `the output ${member.name.text}`, member.type.span, scope)
    if (!fitted) return []
    const doc = member.doc === undefined ? {} : { doc: member.doc }
    const over = member.over ? { over: member.over.text } : {}
    return [{ name: member.name.text, ...doc, type, ...over, value: fitted, span: member.name.span }]
  })
