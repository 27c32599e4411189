import { readFileSync } from 'node:fs'
import { check, type Layer, type ResolveUse } from '../../compiler/1-check/index.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { parse } from '../../grammar/parse.ts'

/** `std.maps` from the standard library, other paths from `files`. */
export const resolverOf =
  (files: Readonly<Record<string, string>> = {}): ResolveUse =>
  ({ text, standard }) => {
    if (!standard) return text in files ? parse({ name: text, text: files[text] }).file : undefined
    const place = new URL(`../../stdlib/${text.replace(/^std\./, '')}.mix`, import.meta.url)
    return parse({ name: text, text: readFileSync(place, 'utf8') }).file
  }

/** Parse and check a text. */
export const checked = (
  text: string,
  files: Readonly<Record<string, string>> = {},
): { readonly layers: readonly Layer[]; readonly diagnostics: readonly Diagnostic[] } => {
  const { file, diagnostics } = parse({ name: 'test.mix', text })
  const found = check(file, resolverOf(files))
  return { layers: found.layers, diagnostics: [...diagnostics, ...found.diagnostics] }
}

/** The first layer of a text that must be without fault. */
export const layerOf = (text: string, files: Readonly<Record<string, string>> = {}): Layer => {
  const { layers, diagnostics } = checked(text, files)
  if (diagnostics.length > 0) throw new Error(diagnostics.map((d) => `${d.code}: ${d.message}`).join('\n'))
  return layers[0]
}
