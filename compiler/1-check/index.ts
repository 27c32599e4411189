import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type * as ast from '../../grammar/ast.ts'
import { checkMixer } from './check-mixer.ts'
import { functionsOf, type ResolveUse } from './functions.ts'
import { checkFunction } from './inline.ts'
import type { Layer } from './layer.ts'
import { collector } from './report.ts'
import { unknowns } from './unknowns.ts'

export { dimsOf } from './check-sizes.ts'
export { intervalOf } from './intervals.ts'
export { normOf } from './norms.ts'
export { print } from './print.ts'
export { verify } from './verify.ts'
export type { ResolveUse } from './functions.ts'
export type { Layer } from './layer.ts'

/**
 * From the tree of a file to its layers: names resolved, functions inlined, shapes and degrees inferred, states
 * and ranges checked. All that is wrong is reported at once; a mixer with an error gives no layer.
 */
export const check = (
  file: ast.File,
  resolveUse: ResolveUse,
): { readonly layers: readonly Layer[]; readonly diagnostics: readonly Diagnostic[] } => {
  const all = collector()
  const functions = functionsOf(file, resolveUse, all.report)
  const names = new Map<string, ast.Name>()
  const layers: Layer[] = []
  const outside = {
    report: all.report,
    unknowns: unknowns(),
    functions,
    inlining: [],
    bindings: new Map(),
    declared: new Map(),
    fresh: (name: string) => name,
  }
  // All of them, also those that no mixer calls; what is wrong with one is said once, not at each call.
  for (const name of functions.names()) {
    const entry = functions.find(name)
    if (entry) checkFunction(entry, outside)
  }
  for (const item of file.items) {
    if (item.kind !== 'mixer') continue
    const first = names.get(item.name.text)
    if (first)
      all.report('duplicate-name', { name: item.name.text }, item.name.span, {
        labels: [{ span: first.span, message: `${item.name.text} is declared here first` }],
      })
    else names.set(item.name.text, item.name)
    const before = all.diagnostics.length
    const layer = checkMixer(item, functions, all)
    if (!first && all.diagnostics.slice(before).every((d) => d.severity !== 'error')) layers.push(layer)
  }
  return { layers, diagnostics: inOrder(all.diagnostics, file) }
}

/** In the order of the text; what is said about other files comes last. */
const inOrder = (diagnostics: readonly Diagnostic[], file: ast.File): readonly Diagnostic[] => {
  const place = ({ span }: Diagnostic): number =>
    span?.source.name === file.source.name ? span.start : Infinity
  return [...diagnostics].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)))
}
