import { diagnostic, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { LayerProgram } from '../2-normalize/state-program.ts'
import type { Target } from '../target.ts'
import { defaultChunkSize, largestChunkSize } from './chunk-size.ts'
import type { KernelPlan } from './kernel-plan.ts'
import { largestRows } from './largest-rows.ts'
import { tokenStep } from './token-step.ts'

/** How tokens are taken by the recurrent form where per-token work is shared out: rows per workgroup. */
const recurrentChunk = 16

export type Planned =
  | { readonly kind: 'plans'; readonly recurrent: KernelPlan; readonly chunk: KernelPlan }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

/** A plan for each form of a layer. */
export const plan = (program: LayerProgram, target: Target): Planned => {
  const tall = program.states.find((s) => s.K > largestRows)
  if (tall) {
    const reason = `a column of ${tall.state} has ${tall.K} rows, and kernels hold at most ${largestRows}`
    return {
      kind: 'refused',
      diagnostics: [diagnostic('form-not-available', { what: program.name, form: 'compiled', reason })],
    }
  }
  const largest = largestChunkSize(program)
  const chunkSize = target.chunkSize ?? defaultChunkSize(program)
  if (!Number.isInteger(chunkSize) || chunkSize < 1 || chunkSize > largest)
    return {
      kind: 'refused',
      diagnostics: [diagnostic('chunk-size-out-of-range', { layer: program.name, size: chunkSize, largest })],
    }
  return {
    kind: 'plans',
    recurrent: tokenStep(program, 'recurrent', recurrentChunk),
    chunk: tokenStep(program, 'chunk', chunkSize),
  }
}
