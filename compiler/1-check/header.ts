import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type * as ast from '../../grammar/ast.ts'
import { header } from '../../grammar/header.ts'
import type { Header } from './layer.ts'

/** The data in the doc comment of a mixer, as later phases and `equiv` take them. */
export const headerOf = (
  mixer: ast.Mixer,
): { readonly header: Header; readonly diagnostics: readonly Diagnostic[] } => {
  const { header: found, diagnostics } = header(mixer)
  return {
    header: {
      ...(found.paper ? { paper: found.paper.text } : {}),
      kin: found.kin.map(({ mixer: other, where, span }) => ({
        mixer: other.text,
        ...(where.length > 0 ? { where: span.source.text.slice(where[0].name.span.start, span.end) } : {}),
        span,
      })),
      expect: found.expect.map(({ form, stages, span }) => ({
        form: form.text,
        stages: stages.map((stage) => stage.text),
        span,
      })),
    },
    diagnostics,
  }
}
