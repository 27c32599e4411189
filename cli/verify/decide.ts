import { hasErrors, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import { parseBindings } from '../../grammar/parse.ts'
import { bind } from '../../proof/bindings.ts'
import { equivalent, type Equivalence } from '../../proof/equivalent.ts'
import { fileOfUse, type Chosen } from '../sources.ts'

/** Is the second the first, with inputs of the second bound to expressions in those of the first? */
export const decide = (
  a: Chosen,
  b: Chosen,
  { where, rounds }: { readonly where?: string; readonly rounds?: number },
): Equivalence | { readonly diagnostics: readonly Diagnostic[] } => {
  if (where === undefined) return equivalent(a.layer, b.layer, { rounds })
  const { bindings, diagnostics } = parseBindings({ name: '--where', text: where })
  if (hasErrors(diagnostics)) return { diagnostics }
  const bound = bind(a.file, a.mixer, bindings, fileOfUse)
  if (!bound.layer) return { diagnostics: bound.diagnostics }
  return equivalent(a.layer, b.layer, { bindings: bound.layer, rounds })
}
