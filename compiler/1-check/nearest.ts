import type { Extra } from '../../diagnostics/diagnostic.ts'
import { suggest } from '../../diagnostics/suggest.ts'
import type { Name } from '../../grammar/ast.ts'

/** Did you mean: help and a fix for a name that is nearly another. */
export const nearest = (name: Name, known: readonly string[]): Extra => {
  const best = suggest(name.text, known)
  if (best === undefined) return {}
  return {
    help: `did you mean ${best}?`,
    fix: { title: `Write ${best}`, edits: [{ span: name.span, text: best }] },
  }
}
