import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Layer } from '../1-check/layer.ts'
import type { Dims } from '../1-check/size.ts'
import { runPasses, type Pass, type TraceEntry } from '../pass.ts'
import { dropUnusedReads } from './drop-unused-reads.ts'
import { foldOutputScales } from './fold-output-scales.ts'
import { fromLayer } from './from-layer.ts'
import { mergeDecays } from './merge-decays.ts'
import { mergeWrites } from './merge-writes.ts'
import { nameReads } from './name-reads.ts'
import { print } from './print.ts'
import { scaleWrites } from './scale-writes.ts'
import { settleDecays } from './settle-decays.ts'
import type { LayerProgram } from './state-program.ts'
import { verify } from './verify.ts'

export const passes: readonly Pass<LayerProgram>[] = [
  // Before merging: proportional keys must have become equal ones.
  scaleWrites,
  mergeWrites,
  foldOutputScales,
  // After folding: it leaves the unscaled reads behind.
  dropUnusedReads,
  // After merging: every use of a read must be in sight before a decay is taken out of all of them.
  settleDecays,
  // After settling: reads have gone from between decays.
  mergeDecays,
  nameReads,
]

export type Normalized =
  | { readonly kind: 'program'; readonly program: LayerProgram; readonly trace: readonly TraceEntry[] }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

/** The linear state program of a layer at given sizes, or the reasons why there is none. */
export const normalize = (layer: Layer, dims: Dims): Normalized => {
  const start = fromLayer(layer, dims)
  if (start.kind === 'refused') return start
  const first: TraceEntry = { pass: 'from-layer', text: print(start.program), changed: true }
  const { program, trace } = runPasses({ print, verify }, passes, start.program)
  return { kind: 'program', program, trace: [first, ...trace] }
}
