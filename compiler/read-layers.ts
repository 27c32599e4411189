import { hasErrors, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Source } from '../diagnostics/source.ts'
import type { File } from '../grammar/ast.ts'
import { parse } from '../grammar/parse.ts'
import { check } from './1-check/index.ts'
import type { Layer } from './1-check/layer.ts'

/** Where the files that a `use` names come from; undefined where there is none. */
export type Resolve = (
  path: { readonly text: string; readonly standard: boolean },
  from: Source,
) => Source | undefined

/** Text → typed layers, with all that is to be said about it. */
export const readLayers = (
  source: Source,
  resolve: Resolve = () => undefined,
): {
  readonly file: File
  readonly layers: readonly Layer[]
  readonly diagnostics: readonly Diagnostic[]
} => {
  const { file, diagnostics } = parse(source)
  if (hasErrors(diagnostics)) return { file, layers: [], diagnostics }
  const files = new Map<string, ReturnType<typeof parse>>([[source.name, { file, diagnostics: [] }]])
  const checked = check(file, (path) => {
    const used = resolve(path, path.span.source)
    if (!used) return undefined
    const known = files.get(used.name) ?? parse(used)
    files.set(used.name, known)
    return known.file
  })
  const ofUsed = [...files.values()].flatMap((used) => used.diagnostics)
  return {
    file,
    layers: hasErrors(ofUsed) ? [] : checked.layers,
    // What cannot be read in a used file makes up what the names from it are missed for.
    diagnostics: hasErrors(ofUsed)
      ? [...diagnostics, ...ofUsed]
      : [...diagnostics, ...ofUsed, ...checked.diagnostics],
  }
}
