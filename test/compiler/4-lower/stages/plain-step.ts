import type { Operand, StepPlan } from '../../../../compiler/3-plan/kernel-plan.ts'
import type { Numbers } from '../../../support/calls.ts'
import { heads, valueAt, type ChunkRow, type Ran } from './run-stages.ts'

/** A token's step as plain numbers, every operand spread over its lanes: what a stage's formula is worked out from. */
export interface PlainStep {
  /** d */
  readonly key: readonly number[]
  /** e */
  readonly value: readonly number[]
  readonly reads: readonly {
    readonly p: readonly number[]
    readonly scale: readonly number[]
    readonly pairs: readonly {
      readonly write: number
      /** Of a read along the key axis. */
      readonly dot: number
      readonly scale: readonly number[]
      /** Of one along the value axis. */
      readonly k: readonly number[]
      readonly y: readonly number[]
    }[]
  }[]
  readonly writes: readonly {
    readonly k: readonly number[]
    readonly scale: readonly number[]
    readonly given: readonly number[]
    readonly terms: readonly { readonly read: number; readonly coefficient: readonly number[] }[]
  }[]
}

export const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

/** The steps of the tokens of a chunk, off the frame. */
export const stepsOf = (ran: Ran, state: number, { firstRow, count }: ChunkRow, head: number): PlainStep[] =>
  range(count).map((t) => plainStep(ran, state, firstRow + t, head))

const plainStep = (ran: Ran, state: number, row: number, head: number): PlainStep => {
  const plan = ran.compiled.plans[ran.form]
  const step = plan.states[state]
  const { K, V } = step
  const spread = (o: Operand | undefined, size: number, absent: number): readonly number[] =>
    range(size).map((j) => {
      if (o === undefined) return absent
      if (o.kind === 'constant') return Number(o.value.numerator) / Number(o.value.denominator)
      const lane = o.field.lanes === 1 ? 0 : j
      return valueAt(ran, 'scratch.frame', plan.frameSize, row, head, o.field.offset + lane)
    })
  const decay = (d: StepPlan['key'], size: number): readonly number[] => {
    const kept = spread(d && { kind: 'field', field: d.field }, size, 1)
    const factor = { log: Math.exp, expm1: (x: number) => 1 + x, plain: (x: number) => x }
    return kept.map(factor[d?.form ?? 'plain'])
  }
  return {
    key: decay(step.key, K),
    value: decay(step.value, V),
    reads: step.reads.map(({ axis, p, scale, pairs }) => {
      const [along, across] = axis === 'key' ? [K, V] : [V, K]
      return {
        p: spread(p, along, 0),
        scale: spread(scale, across, 1),
        pairs: pairs.map((pair) => ({
          write: pair.write,
          dot: pair.kind === 'key' ? spread(pair.dot, 1, 0)[0] : NaN,
          scale: pair.kind === 'key' ? spread(pair.scale, V, 1) : [],
          k: pair.kind === 'value' ? spread(pair.k, K, 0) : [],
          y: pair.kind === 'value' ? spread(pair.y, V, 0) : [],
        })),
      }
    }),
    writes: step.writes.map(({ k, scale, given, terms }) => ({
      k: spread(k, K, 0),
      scale: spread(scale, V, 1),
      given: spread(given, V, 0),
      terms: terms.map(({ read, coefficient }) => ({ read, coefficient: spread(coefficient, V, 0) })),
    })),
  }
}

/** Π of the decays of the tokens from … to − 1, one lane. */
export const decayOver = (
  steps: readonly PlainStep[],
  axis: 'key' | 'value',
  from: number,
  to: number,
  lane: number,
): number => {
  let product = 1
  for (let s = from; s < to; s++) product *= steps[s][axis][lane]
  return product
}

/** p_t · G(t←i) · k_i along the key axis. */
export const slotDot = (
  steps: readonly PlainStep[],
  read: number,
  t: number,
  write: number,
  i: number,
): number => {
  const { p } = steps[t].reads[read]
  const { k } = steps[i].writes[write]
  let sum = 0
  for (let d = 0; d < k.length; d++) sum += p[d] * decayOver(steps, 'key', i + 1, t, d) * k[d]
  return sum
}

export interface PlainToken {
  /** Of each read. */
  readonly reads: readonly (readonly number[])[]
  /** What each write writes, without its scale. */
  readonly written: readonly (readonly number[])[]
  /** The state after the token, entry (d, v) at d·V + v. */
  readonly state: readonly number[]
}

/** One token of the recurrence, straight from the law of the kernel plan. */
export const plainToken = (
  { reads, writes, key, value }: PlainStep,
  plan: StepPlan,
  before: readonly number[],
): PlainToken => {
  const { K, V } = plan
  const [seen, written]: [number[][], number[][]] = [[], []]
  const x = (w: number): readonly number[] =>
    (written[w] ??= range(V).map((v) => {
      let sum = writes[w].given[v]
      for (const { read, coefficient } of writes[w].terms) sum += coefficient[v] * r(read)[v]
      return sum
    }))
  const r = (j: number): readonly number[] => {
    if (seen[j]) return seen[j]
    const { p, scale, pairs } = reads[j]
    const along = plan.reads[j].axis === 'key'
    return (seen[j] = range(along ? V : K).map((lane) => {
      let sum = 0
      for (let c = 0; c < (along ? K : V); c++) sum += p[c] * before[along ? c * V + lane : lane * V + c]
      sum *= scale[lane]
      for (const pair of pairs) {
        if (along) sum += pair.dot * pair.scale[lane] * x(pair.write)[lane]
        else for (let v = 0; v < V; v++) sum += pair.k[lane] * x(pair.write)[v] * pair.y[v]
      }
      return sum
    }))
  }
  reads.forEach((_, j) => r(j))
  writes.forEach((_, w) => x(w))
  const state = range(K * V).map((at) => {
    const [d, v] = [Math.floor(at / V), at % V]
    let sum = key[d] * value[v] * before[at]
    writes.forEach(({ k, scale }, w) => (sum += k[d] * scale[v] * x(w)[v]))
    return sum
  })
  return { reads: seen, written, state }
}

/** The state that a sequence starts from, along the axes of the plan. */
export const valuesBefore = (
  { data }: Numbers,
  { K, V, transposed }: StepPlan,
  sequence: number,
  head: number,
): readonly number[] => {
  const base = (sequence * heads + head) * K * V
  return range(K * V).map((at) => {
    const [d, v] = [Math.floor(at / V), at % V]
    return data[base + (transposed ? v * K + d : at)]
  })
}

/** Every chunk of every head. */
export const everyChunk = (ran: Ran, visit: (chunk: ChunkRow, index: number, head: number) => void): void =>
  ran.chunks.forEach((chunk, index) => range(heads).forEach((head) => visit(chunk, index, head)))

/** N M: what the fed writes of a chunk hand on to one another in column v, an unknown for each write of each token. */
export const feedbackOf = (steps: readonly PlainStep[], plan: StepPlan, v: number): number[][] => {
  const fed = range(plan.writes.length).filter((w) => plan.writes[w].terms.length > 0)
  return range(steps.length).flatMap((t) =>
    fed.map((into) =>
      range(steps.length).flatMap((i) => fed.map((from) => reachOf(steps, into, t, from, i, v))),
    ),
  )
}

/** What reaches write `into` of token t of each unit that write `from` of token i writes in column v. */
export const reachOf = (
  steps: readonly PlainStep[],
  into: number,
  t: number,
  from: number,
  i: number,
  v: number,
): number => {
  let sum = 0
  for (const { read, coefficient } of steps[t].writes[into].terms) {
    const { scale, pairs } = steps[t].reads[read]
    if (i < t) {
      const before = scale[v] * decayOver(steps, 'value', i + 1, t, v) * steps[i].writes[from].scale[v]
      sum += coefficient[v] * before * slotDot(steps, read, t, from, i)
    }
    if (i === t)
      for (const pair of pairs) if (pair.write === from) sum += coefficient[v] * pair.scale[v] * pair.dot
  }
  return sum
}
