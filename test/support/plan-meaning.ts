import type { DecayPlan, KernelPlan, Operand, StepPlan } from '../../compiler/3-plan/kernel-plan.ts'
import { lanesOf, type Given, type State, type Step } from './program-meaning.ts'

/** What operands and decays of a plan are at one token. */
export interface Token {
  /** A scalar has one lane; what is absent is 1. */
  readonly operand: (o: Operand | undefined) => readonly number[]
  readonly kept: (decay: DecayPlan) => readonly number[]
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
export const at = (lanes: readonly number[], i: number): number => (lanes.length === 1 ? lanes[0] : lanes[i])
export const over = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** A decay as the factor that it is. */
export const factorOf = (decay: DecayPlan | undefined, token: Token): readonly number[] => {
  if (!decay) return [1]
  const kept = token.kept(decay)
  return { plain: kept, log: kept.map(Math.exp), expm1: kept.map((x) => x + 1) }[decay.form]
}

export interface StateStep {
  readonly after: State
  /** Of each read: its lanes. */
  readonly reads: readonly (readonly number[])[]
  /** Of each write: x. */
  readonly written: readonly (readonly number[])[]
}

/** One token of a state, by the formulas of `KernelPlan` as they stand there. */
export const planStateStep = (step: StepPlan, S: State, token: Token): StateStep => {
  const { K, V, reads, writes } = step
  const lanes = token.operand
  const found: number[][] = []
  const written: number[][] = []
  const x = (w: number): number[] => {
    const { given, terms } = writes[w]
    return (written[w] ??= over(V).map(
      (v) =>
        (given ? at(lanes(given), v) : 0) +
        sum(terms.map((t) => at(lanes(t.coefficient), v) * readAt(t.read)[v])),
    ))
  }
  const readAt = (j: number): number[] => {
    const { axis, p, scale, pairs } = reads[j]
    return (found[j] ??= over(axis === 'key' ? V : K).map((i) => {
      const seen =
        axis === 'key'
          ? sum(over(K).map((d) => S[d][i] * at(lanes(p), d)))
          : sum(over(V).map((v) => S[i][v] * at(lanes(p), v)))
      const own = pairs.map((pair) =>
        pair.kind === 'key'
          ? lanes(pair.dot)[0] * at(lanes(pair.scale), i) * x(pair.write)[i]
          : sum(over(V).map((v) => x(pair.write)[v] * at(lanes(pair.y), v))) * at(lanes(pair.k), i),
      )
      return at(lanes(scale), i) * seen + sum(own)
    }))
  }
  const [d, e] = [factorOf(step.key, token), factorOf(step.value, token)]
  const after = S.map((row, i) =>
    row.map(
      (s, v) =>
        at(d, i) * s * at(e, v) +
        sum(writes.map((w, n) => at(lanes(w.k), i) * x(n)[v] * at(lanes(w.scale), v))),
    ),
  )
  return { after, reads: reads.map((_, j) => readAt(j)), written: writes.map((_, w) => x(w)) }
}

/** One token of all states and outputs. `given` is for outputs that are functions. */
export const planStep = (
  plan: KernelPlan,
  token: Token,
  given: Given,
  before: Readonly<Record<string, State>>,
): Step => {
  const steps = plan.states.map((step) => planStateStep(step, before[step.state], token))
  const read = (r: { readonly state: number; readonly read: number }): readonly number[] =>
    steps[r.state].reads[r.read]
  const outputs = plan.outputs.map((output): [string, number[]] => {
    if (output.kind === 'function') {
      const kept = new Map(output.reads.map((r) => [r.atom, read(r)]))
      const result = lanesOf(output.value, (name) => kept.get(name) ?? given(name))
      return [output.name, over(output.size).map((i) => at(result, i))]
    }
    const direct = output.direct ? token.operand(output.direct) : [0]
    return [
      output.name,
      over(output.size).map((i) => at(direct, i) + sum(output.reads.map((r) => at(read(r), i)))),
    ]
  })
  return {
    states: Object.fromEntries(steps.map((s, i) => [plan.states[i].state, s.after])),
    outputs: Object.fromEntries(outputs),
  }
}
