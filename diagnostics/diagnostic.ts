import type { Span } from './source.ts'
import { catalog, type Code, type Placeholders } from './catalog.ts'

export type Severity = 'error' | 'warning' | 'info'

export interface Label {
  readonly span: Span
  readonly message: string
}

/** A replacement of text that mends what a diagnostic complains of. */
export interface Fix {
  readonly title: string
  readonly edits: readonly { readonly span: Span; readonly text: string }[]
}

/** Something said about a source (or, without a span, about a file, tensor or device). */
export interface Diagnostic {
  readonly code: Code
  readonly severity: Severity
  /** One sentence, lower case, no final stop, in the words of the paper. */
  readonly message: string
  readonly span?: Span
  /** What the caret itself says, and related places. */
  readonly caret?: string
  readonly labels: readonly Label[]
  readonly help?: string
  readonly fix?: Fix
}

export interface Extra {
  readonly caret?: string
  readonly labels?: readonly Label[]
  readonly help?: string
  readonly fix?: Fix
  /** Overrides the catalogue's severity (a warning where a promise is not certain to be broken). */
  readonly severity?: Severity
}

/** Make a diagnostic from the catalogue; a missing or surplus placeholder is a type error. */
export const diagnostic = <C extends Code>(
  code: C,
  placeholders: Placeholders<C>,
  span?: Span,
  extra: Extra = {},
): Diagnostic => {
  const entry: { readonly severity: Severity; readonly message: string; readonly help?: string } =
    catalog[code]
  const values = placeholders as Readonly<Record<string, string | number>>
  const filled = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
  return {
    code,
    severity: extra.severity ?? entry.severity,
    message: filled(entry.message),
    span,
    caret: extra.caret,
    labels: extra.labels ?? [],
    help: extra.help ?? (entry.help === undefined ? undefined : filled(entry.help)),
    fix: extra.fix,
  }
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((d) => d.severity === 'error')

/** Stops a pipeline with the diagnostics that stopped it; only `cli` and library edges catch it. */
export class MixError extends Error {
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => `${d.severity}[${d.code}]: ${d.message}`).join('\n'))
    this.name = 'MixError'
  }
}
