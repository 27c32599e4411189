import type { Layer } from '../../compiler/1-check/layer.ts'
import type { LoweredLayer } from '../../compiler/4-lower/lowered.ts'
import { diagnostic, type Diagnostic } from '../../diagnostics/diagnostic.ts'

/** Stages that only compute each token's own values: they say nothing about a form. */
const perToken = /^token-/

/** The stages of each form that tell how it works. */
export const stagesOf = (lowered: LoweredLayer): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    [lowered.recurrent, ...(lowered.chunk ? [lowered.chunk] : [])].map(({ name, stages }) => [
      name,
      stages.map(({ program }) => program.name).filter((stage) => !perToken.test(stage)),
    ]),
  )

/** Every `expect:` line of the header that the lowering does not keep. */
export const checkStages = ({ name, header }: Layer, lowered: LoweredLayer): readonly Diagnostic[] => {
  const found = stagesOf(lowered)
  return header.expect.flatMap(({ form, stages, span }) => {
    if (found[form] === undefined)
      return diagnostic(
        'form-not-available',
        { what: name, form, reason: lowered.chunkMissing ?? 'there is no such form' },
        span,
      )
    return found[form].join() === stages.join()
      ? []
      : diagnostic('stages-unexpected', { form, layer: name, found: found[form].join(', ') }, span)
  })
}
