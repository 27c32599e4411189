import type { KernelPlan, Operand } from '../3-plan/kernel-plan.ts'
import { bug } from '../pass.ts'
import { store } from './build.ts'
import type { Expr, Statement } from './loop-ir.ts'
import { putOutput, rowIndex } from './places.ts'

/** Where reads of a state go: the sum of some reads, and of what the token gives, is an output or a kept read. */
export interface Sink {
  readonly target: { readonly kind: 'output' | 'kept'; readonly buffer: string }
  readonly size: number
  /** The axis that all its reads contract. */
  readonly axis: 'key' | 'value'
  /** Indices into the reads of the step. */
  readonly reads: readonly number[]
  readonly direct?: Operand
}

export const keptRead = (state: string, id: string): string => `scratch.${state}.${id}`

/** The sinks of one state of a plan. */
export const sinksOf = (plan: KernelPlan, state: number): readonly Sink[] => {
  const step = plan.states[state]
  const sinks: Sink[] = []
  const kept = new Set<number>()
  for (const output of plan.outputs) {
    const own = output.reads.filter((r) => r.state === state)
    if (output.kind === 'linear') {
      if (own.length === 0) continue
      const axis = step.reads[own[0].read].axis
      if (own.some((r) => step.reads[r.read].axis !== axis)) bug('an output sums reads of both axes')
      const reads = own.map((r) => r.read)
      sinks.push({
        target: { kind: 'output', buffer: output.name },
        size: output.size,
        axis,
        reads,
        direct: output.direct,
      })
    } else own.forEach((r) => kept.add(r.read))
  }
  for (const read of kept) {
    const { id, axis } = step.reads[read]
    const size = axis === 'key' ? step.V : step.K
    sinks.push({ target: { kind: 'kept', buffer: keptRead(step.state, id) }, size, axis, reads: [read] })
  }
  return sinks
}

/** Component `j` of a sink at a token: outputs are told by token, kept reads by row. */
export const putSink = (sink: Sink, row: Expr, token: Expr, j: Expr, value: Expr): Statement =>
  sink.target.kind === 'output'
    ? putOutput(sink.target.buffer, sink.size, token, j, value)
    : store(sink.target.buffer, rowIndex(row, sink.size, j), value)
