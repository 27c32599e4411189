import type { Code, Placeholders } from '../../diagnostics/catalog.ts'
import { diagnostic, type Diagnostic, type Extra } from '../../diagnostics/diagnostic.ts'
import type { Span } from '../../diagnostics/source.ts'

/** Say something about a place; what was said before about it is not said again. */
export type Report = <C extends Code>(
  code: C,
  placeholders: Placeholders<C>,
  span: Span,
  extra?: Extra,
) => void

export interface Collector {
  readonly report: Report
  /** Take over what was found elsewhere. */
  readonly add: (diagnostic: Diagnostic) => void
  readonly diagnostics: readonly Diagnostic[]
}

export const collector = (): Collector => {
  const diagnostics: Diagnostic[] = []
  const seen = new Set<string>()
  return {
    diagnostics,
    add: (found) => void diagnostics.push(found),
    report: (code, placeholders, span, extra) => {
      const key = `${code} ${span.source.name} ${span.start} ${span.end}`
      if (seen.has(key)) return
      seen.add(key)
      diagnostics.push(diagnostic(code, placeholders, span, extra))
    },
  }
}

/** For a trial: nothing is said. */
export const silent: Report = () => {}
