import { loweredOf } from '../../../support/compiled.ts'
import { chunkContext, type ChunkContext } from '../../../../compiler/4-lower/chunk-context.ts'
import { describeFault } from '../../../../compiler/4-lower/fault.ts'
import { interpret, type Memory } from '../../../../compiler/4-lower/interpret.ts'
import { simulate } from '../../../../compiler/4-lower/simulate.ts'
import type { DecayPlan, KernelPlan, Operand } from '../../../../compiler/3-plan/kernel-plan.ts'
import type { Compiled } from '../../../../compiler/compile.ts'
import { float64 } from '../../../../compiler/float64.ts'
import { toNumber } from '../../../../compiler/rational.ts'
import { runForm } from '../../../../proof/evaluate.ts'
import { drawCall, type Call } from '../../../support/calls.ts'
import type { FormName } from '../../../support/forms.ts'
import { over, planStateStep, type StateStep, type Token } from '../../../support/plan-meaning.ts'
import type { State } from '../../../support/program-meaning.ts'

/** What the stages of a form have left in memory, B = 1. */
export interface Stages {
  readonly compiled: Compiled
  readonly plan: KernelPlan
  readonly call: Call
  readonly tokens: number
  readonly heads: number
  /** What a device would not forgive. */
  readonly faults: readonly string[]
  readonly stageNames: readonly string[]
  readonly buffer: (name: string) => readonly (number | undefined)[]
  /** `size` values of a row (a token) for a head. */
  readonly row: (buffer: string, size: number, row: number, head: number) => readonly number[]
  /** What a token gives, read off the frame. */
  readonly token: (t: number, head: number) => Token
}

const heads = 2

/** Carry a form out in doubles, each stage simulated as well. */
export const runStages = (
  text: string,
  form: FormName,
  tokens: number,
  chunkSize: number,
  more: { readonly mask?: readonly number[]; readonly seed?: number } = {},
): Stages => {
  const compiled = loweredOf(text, { chunkSize })
  const call = drawCall(compiled.layer, compiled.dims, { tokens, heads, initial: true, ...more })
  const plan = compiled.plans[form]
  const lowered = compiled.lowered[form]!
  const faults: string[] = []
  let left: Memory<number> | undefined
  runForm(compiled.lowered, lowered, 0, (program, memory, uniforms, groups) => {
      const copy = { f32: new Map([...memory.f32].map(([n, x]) => [n, [...x]])), i32: new Map(memory.i32) }
      faults.push(...simulate(program, copy, uniforms, groups).map(describeFault))
      interpret(program, float64, memory, uniforms, groups)
      left = memory
    }, call) // prettier-ignore
  const buffer = (name: string): readonly (number | undefined)[] => left!.f32.get(name)!
  const row = (name: string, size: number, at: number, head: number): readonly number[] =>
    buffer(name).slice((at * heads + head) * size, (at * heads + head + 1) * size) as number[]
  const token = (t: number, head: number): Token => {
    const frame = row('scratch.frame', plan.frameSize, t, head)
    const field = ({
      offset,
      lanes,
    }: {
      readonly offset: number
      readonly lanes: number
    }): readonly number[] => frame.slice(offset, offset + lanes)
    return {
      operand: (o: Operand | undefined) =>
        o === undefined ? [1] : o.kind === 'constant' ? [toNumber(o.value)] : field(o.field),
      kept: (decay: DecayPlan) => field(decay.field),
    }
  }
  const stageNames = lowered.stages.map((s) => s.program.name)
  return { compiled, plan, call, tokens, heads, faults, stageNames, buffer, row, token }
}

/** Every head of a run. */
export const headsOf = (stages: Stages): readonly number[] => over(stages.heads)

/** The initial state of a head along the axes of the program. */
const initialOf = ({ plan, call }: Stages, state: number, head: number): State => {
  const { K, V, state: name, transposed } = plan.states[state]
  const { data } = call.initial![name]
  const entry = (i: number, j: number): number => data[head * K * V + (transposed ? j * K + i : i * V + j)]
  return over(K).map((i) => over(V).map((j) => entry(i, j)))
}

/** The recurrence by the plan's formulas, from the values of the frame: what each token starts from and does. */
export const tracedState = (
  stages: Stages,
  state: number,
  head: number,
): readonly (StateStep & { readonly before: State })[] => {
  let S = initialOf(stages, state, head)
  return over(stages.tokens).map((t) => {
    const before = S
    const step = planStateStep(stages.plan.states[state], S, stages.token(t, head))
    S = step.after
    return { ...step, before }
  })
}

/** Chunks of a run: first token and count. */
export const chunksOf = ({
  tokens,
  plan,
}: Stages): readonly { readonly first: number; readonly count: number }[] =>
  over(Math.ceil(tokens / plan.chunkSize)).map((c) => ({
    first: c * plan.chunkSize,
    count: Math.min(plan.chunkSize, tokens - c * plan.chunkSize),
  }))

export interface Sections {
  readonly ctx: ChunkContext
  /** A section of a row or of a chunk, for a head. */
  readonly ofRow: (section: string, row: number, head: number) => readonly number[]
  readonly ofChunk: (section: string, chunk: number, head: number) => readonly number[]
}

/** What the chunk stages of one state hand to one another. */
export const sectionsOf = (stages: Stages, state = 0): Sections => {
  const ctx = chunkContext(stages.plan, state)
  const of =
    ({ buffer, size, sections }: ChunkContext['rows']) =>
    (section: string, at: number, head: number): readonly number[] => {
      const { offset, size: length } = sections.get(section)!
      return stages.row(buffer, size, at, head).slice(offset, offset + length)
    }
  return { ctx, ofRow: of(ctx.rows), ofChunk: of(ctx.chunks) }
}

/** The largest difference, relative where numbers exceed 1. */
export const difference = (a: readonly number[], b: readonly number[]): number => {
  if (a.length !== b.length) return Infinity
  const worst = Math.max(0, ...a.map((x, i) => Math.abs(x - b[i]) / Math.max(1, Math.abs(b[i]))))
  return Number.isNaN(worst) ? Infinity : worst
}

/** Layers whose kernels differ: by decay, by feedback, by what is read. */
export const layers: Readonly<Record<string, string>> = {
  plain: 'S[t] = S[t-1] + k @ v.T',
  'scalar log decay': 'S[t] = exp(g) * S[t-1] + k @ v.T',
  'key log decay': 'S[t] = diag(exp(gk)) @ S[t-1] + k @ v.T + p @ w.T',
  'signed decay': 'S[t] = diag(f) @ S[t-1] + k @ v.T',
  'decay on both axes': 'S[t] = diag(exp(gk)) @ S[t-1] @ diag(fv) + k @ v.T',
  delta: 'S[t] = (I - beta * k @ k.T) @ (exp(g) * S[t-1]) + beta * k @ v.T',
  'delta with a free write':
    'S[t] = (I - beta * k @ k.T) @ diag(exp(gk)) @ S[t-1] + beta * k @ v.T + p @ w.T',
  'two deltas': 'S[t] = (I - p @ p.T) @ ((I - beta * k @ k.T) @ diag(f) @ S[t-1] + beta * k @ v.T) + p @ w.T',
  'a strength for each column': 'S[t] = exp(g) * S[t-1] + k @ (bv * (v - S[t-1].T @ k)).T',
  'value decay in a loop': 'S[t] = (I - beta * k @ k.T) @ S[t-1] @ diag(exp(gv)) + beta * k @ v.T',
  'from the right': 'S[t] = S[t-1] @ (I - beta * vn @ vn.T) @ diag(fv) + k @ vn.T',
  'nothing written': 'S[t] = diag(f) @ S[t-1]',
}

export const layerText = (
  update: string,
  output = 'output o: vec<V> = S[t].T @ q',
  dims = 'K = 3, V = 5',
): string => `
mixer staged {
  dim ${dims}
  input q, r: vec<K>
  input k: vec<K> where norm(k) <= 1
  input p: vec<K> where norm(p) <= 1
  input v, w: vec<V>
  input vn: vec<V> where norm(vn) <= 1
  input y: vec<V>
  input g: scalar in (-inf, 0]
  input gk: vec<K> in (-inf, 0]
  input gv: vec<V> in (-inf, 0]
  input f: vec<K> in [-1, 1]
  input fv: vec<V> in [-1, 1]
  input beta: scalar in [0, 1]
  input bv: vec<V> in [0, 1]
  state S: mat<K, V>
  ${update}
  ${output}
}`

/** Lengths and chunks: one token, whole chunks, ragged ends, chunks of several blocks of 16. */
export const shapes: readonly (readonly [tokens: number, chunkSize: number])[] = [
  [1, 4],
  [9, 3],
  [16, 16],
  [45, 40],
  [70, 64],
]
