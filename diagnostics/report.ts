import type { Code, Placeholders } from './catalog.ts'
import { diagnostic, hasErrors, type Diagnostic, type Extra } from './diagnostic.ts'
import type { Span } from './source.ts'

/** What a phase collects as it goes: it reports all it finds, then stops. */
export interface Report {
  readonly add: <C extends Code>(code: C, placeholders: Placeholders<C>, span?: Span, extra?: Extra) => void
  readonly addAll: (diagnostics: readonly Diagnostic[]) => void
  /** In the order of their places, each once. */
  readonly diagnostics: () => readonly Diagnostic[]
  readonly hasErrors: () => boolean
}

const key = (d: Diagnostic): string =>
  JSON.stringify([d.code, d.severity, d.message, d.span?.source.name, d.span?.start, d.span?.end])

/**
 * Diagnostics in the order in which one reads: source by source as they first came up, each from top to
 * bottom; what has no place comes first. What is said twice of one place is said once.
 */
export const inOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const once = [...new Map(diagnostics.map((d) => [key(d), d])).values()]
  const sources = [...new Set(once.flatMap((d) => d.span?.source.name ?? []))]
  const rank = (d: Diagnostic): number => (d.span === undefined ? -1 : sources.indexOf(d.span.source.name))
  return once.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.span?.start ?? 0) - (b.span?.start ?? 0) ||
      (a.span?.end ?? 0) - (b.span?.end ?? 0),
  )
}

export const createReport = (): Report => {
  const collected: Diagnostic[] = []
  return {
    add: (code, placeholders, span, extra) =>
      void collected.push(diagnostic(code, placeholders, span, extra)),
    addAll: (diagnostics) => void collected.push(...diagnostics),
    diagnostics: () => inOrder(collected),
    hasErrors: () => hasErrors(collected),
  }
}
