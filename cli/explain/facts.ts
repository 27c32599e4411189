import { growthOfUpdate } from '../../compiler/1-check/growth.ts'
import type { Interval, Layer } from '../../compiler/1-check/layer.ts'
import { factsOf, type StateFacts } from '../../compiler/2-normalize/facts.ts'
import { costOf, crossover, type Cost } from '../../compiler/3-plan/cost.ts'
import type { Compiled } from '../../compiler/compile.ts'

/** What the derivation knows about a layer, as data. */
export interface Explanation {
  readonly layer: string
  readonly paper?: string
  readonly dims: Readonly<Record<string, number>>
  /** The linear state program of one token. */
  readonly program: string
  readonly states: readonly (StateFacts & { readonly eigenvalues?: Interval })[]
  readonly forms: readonly {
    readonly name: 'recurrent' | 'chunk'
    readonly chunkSize: number
    readonly stages: readonly string[]
    readonly cost: Cost
  }[]
  /** From how many tokens on the chunk form has the shorter chain of dependent steps. */
  readonly crossover?: number
}

export const explanationOf = (layer: Layer, compiled: Compiled): Explanation => {
  const { program, plans, lowered, trace, dims } = compiled
  const costs = { recurrent: costOf(plans.recurrent), chunk: costOf(plans.chunk) }
  return {
    layer: layer.name,
    paper: layer.header.paper,
    dims,
    program: trace.at(-1)!.text,
    states: factsOf(program).map((facts) => ({ ...facts, eigenvalues: eigenvaluesOf(layer, facts.state) })),
    forms: [lowered.recurrent, ...(lowered.chunk ? [lowered.chunk] : [])].map(
      ({ name, chunkSize, stages }) => ({
        name,
        chunkSize,
        stages: stages.map((stage) => stage.program.name),
        cost: costs[name],
      }),
    ),
    crossover: crossover(costs.recurrent, costs.chunk),
  }
}

/** Of the transition, as far as the declared ranges tell. */
const eigenvaluesOf = (layer: Layer, state: string): Interval | undefined => {
  const update = layer.updates.find((one) => one.state === state)
  const bounds = update && growthOfUpdate(update, layer)?.bounds
  if (!bounds || (bounds.from === -Infinity && bounds.to === Infinity)) return undefined
  const { from, to, fromOpen, toOpen } = bounds
  return { from, to, fromOpen, toOpen }
}
