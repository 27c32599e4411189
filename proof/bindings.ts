import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type * as ast from '../grammar/ast.ts'
import { check, type ResolveUse } from '../compiler/1-check/index.ts'
import type { Layer } from '../compiler/1-check/layer.ts'

/** A name of one layer as an expression in the inputs and params of another. */
export interface Binding {
  readonly name: ast.Name
  readonly value: ast.Expr
}

/** What the output that a name is bound to is called. None of a mixer's own names has a space in it. */
export const boundName = (name: string): string => `bound ${name}`

/**
 * Type bindings in the scope of a mixer's inputs and params.
 *
 *     mixer A { input x … }, g = log(x)   ⇒   mixer { input x …; output `bound g` = log(x) }
 */
export const bind = (
  file: ast.File,
  mixer: ast.Mixer,
  bindings: readonly Binding[],
  resolveUse: ResolveUse,
): { readonly layer?: Layer; readonly diagnostics: readonly Diagnostic[] } => {
  const lets = bindings.map(({ name, value }): ast.Let => ({
    kind: 'let',
    span: value.span,
    name: { ...name, text: boundName(name.text) },
    value,
  }))
  const { span } = mixer
  const nothing: ast.Output = {
    kind: 'output',
    span,
    name: { text: boundName(''), span },
    type: { kind: 'type', span, complex: false, base: 'scalar', sizes: [] },
    value: { kind: 'number', span, text: '0' },
  }
  const ports = mixer.members.filter((m) => m.kind === 'dim' || m.kind === 'input' || m.kind === 'param')
  const bare: ast.Mixer = {
    ...mixer,
    doc: undefined,
    docSpan: undefined,
    members: [...ports, ...lets, nothing],
  }
  const items = [...file.items.filter((item) => item.kind !== 'mixer'), bare]
  const checked = check({ ...file, items }, resolveUse)
  // That an input goes unused is no fault here.
  const diagnostics = checked.diagnostics.filter((d) => d.severity === 'error')
  const [layer] = checked.layers
  if (!layer) return { diagnostics }
  const outputs = layer.lets.map(({ name, type, value, span }) => ({ name, type, value, span }))
  return { layer: { ...layer, lets: [], outputs }, diagnostics }
}
