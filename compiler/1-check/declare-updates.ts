import type * as ast from '../../grammar/ast.ts'
import type { Span } from '../../diagnostics/source.ts'
import type { Declarations } from './declarations.ts'
import { fit } from './fit.ts'
import { infer, isNumber } from './infer-shapes.ts'
import type { State, Type, Update } from './layer.ts'
import { nearest } from './nearest.ts'
import { isVariable, placeIn } from './place-in-for.ts'
import { bind, type Declared, type Scope } from './scope.ts'
import { printSize, sameSize } from './size.ts'

/** The update equations, in the order of the states: exactly one for each. */
export const updatesFor = (
  declarations: Declarations,
  states: readonly State[],
  declared: ReadonlyMap<string, Declared>,
  scope: Scope,
): readonly Update[] => {
  const found = new Map<string, { update?: Update; span: Span }>()
  for (const { member, loop } of declarations.updates) {
    const { text, span } = member.state
    const place = placeIn(loop, scope)
    const inner = place?.scope ?? bind(scope, loop!.variable.text, { kind: 'broken' })
    const value = infer(member.value, inner)
    const target = declared.get(text)
    if (target?.kind !== 'state') {
      const names = states.map((s) => s.name)
      if (target)
        scope.report('not-a-state', { name: text }, span, {
          labels: [{ span: target.span, message: `${text} is declared here` }],
        })
      else scope.report('unknown-name', { name: text }, span, nearest(member.state, names))
      continue
    }
    const before = found.get(text)
    if (before) {
      scope.report('update-repeated', { state: text }, span, {
        labels: [{ span: before.span, message: 'it is updated here first' }],
        help: 'several steps in one token are written with fold',
      })
      continue
    }
    const entry: { update?: Update; span: Span } = { span }
    found.set(text, entry)
    const state = states.find((s) => s.name === text)
    if (!state || !place || !leftSide(member, loop, state, scope)) continue
    if (place.count && (!state.type.count || !sameSize(state.type.count, place.count))) {
      scope.report(
        'for-count',
        { state: text, count: state.type.count ? printSize(state.type.count) : '1' },
        loop!.to.span,
      )
      continue
    }
    if (!value || !isNumber(value, scope)) continue
    const one: Type = { element: state.type.element, rows: state.type.rows, cols: state.type.cols }
    const fitted = fit(value, one, `the update of ${text}`, state.span, scope)
    if (!fitted) continue
    entry.update = {
      state: text,
      ...(place.binder ? { binder: place.binder } : {}),
      direction: 'forward',
      value: fitted,
      span: member.span,
    }
  }
  for (const member of declarations.states)
    for (const name of member.names)
      if (!found.has(name.text)) scope.report('update-missing', { state: name.text }, name.span)
  return states.flatMap((state) => found.get(state.name)?.update ?? [])
}

/** `S[t] = …`, or `S[m][t] = …` in a `for m`. */
const leftSide = (member: ast.Update, loop: ast.For | undefined, state: State, scope: Scope): boolean => {
  const indices = [...member.indices]
  const time = indices.pop()
  const wanted = `${state.name}${state.type.count ? '[m]' : ''}[t]`
  const fine =
    time?.kind === 'time' &&
    time.at === 't' &&
    indices.length === (state.type.count ? 1 : 0) &&
    indices.every((index) => isVariable(index, loop))
  if (fine) return true
  const help = state.type.count
    ? `write for m in 0..${printSize(state.type.count)} { ${wanted} = … }`
    : undefined
  const place = member.indices.length > 0 ? member.indices[0].span : member.state.span
  scope.report('update-left-side', { wanted }, place, help ? { help } : {})
  return false
}
