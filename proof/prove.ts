import { MixError } from '../diagnostics/diagnostic.ts'
import type { Layer } from '../compiler/1-check/layer.ts'
import { interpret } from '../compiler/4-lower/interpret.ts'
import type { LoweredForm, LoweredLayer } from '../compiler/4-lower/lowered.ts'
import { runTensors, type RunResult, type Tensor } from '../compiler/reference.ts'
import { shapeOf } from '../compiler/reference/shape.ts'
import { stateHeads } from '../runtime/schedule.ts'
import { drawNumbers, drawTensors, elementsOf } from './draw.ts'
import { runForm, type FormCall, type FormResult } from './evaluate.ts'
import { Accident, field, type Field, type FieldValue } from './field.ts'
import { hash, randomStream } from './random.ts'

/** One call that both sides are evaluated at. */
export interface ProofCase {
  readonly name: string
  readonly batch: number
  readonly tokens: number
  readonly heads: number
  /** Inputs and params have all heads, half of them, a quarter, in turn, from the turn given on. */
  readonly fewerHeads?: number
  readonly initial: boolean
  readonly cuSeqlens?: readonly number[]
  readonly masked: boolean
  /** Tokens of one sequence in a segment. */
  readonly segment?: number
}

export interface Difference {
  readonly case: string
  readonly tensor: string
  readonly index: number
  /** `unwritten` where the kernels wrote nothing, `fault` where they could not be run. */
  readonly kind: 'differs' | 'unwritten' | 'fault'
  readonly detail: string
}

export interface FormProof {
  readonly form: 'recurrent' | 'chunk'
  readonly dims: Readonly<Record<string, number>>
  readonly chunkSize: number
  readonly cases: readonly ProofCase[]
  readonly rounds: number
  /** How many numbers were compared. */
  readonly compared: number
  readonly difference?: Difference
}

/** Rounds that come to nothing for the sign of a root may be repeated so often. */
const mostAttempts = 12

/**
 * The lengths and shapes that a form is proved at: nothing, one token, around one chunk, several chunks with a ragged
 * end, packed sequences (one of them empty), several batches and heads, shared heads, padding, and a call cut into
 * segments. Most start from a state that is not zero.
 */
export const casesFor = (chunkSize: number): readonly ProofCase[] => {
  const C = chunkSize
  const plain = { batch: 1, heads: 1, initial: true, masked: false }
  const lengths = [...new Set([0, 1, C - 1, C, C + 1, 2 * C + Math.ceil(C / 2) + 1])].filter((T) => T >= 0)
  const cuts = [0, C + 1, C + 1, C + 2, C + 4]
  return [
    ...lengths.map((tokens) => ({ ...plain, name: `T = ${tokens}`, tokens })),
    { ...plain, name: 'from zero', tokens: C + 1, initial: false },
    { ...plain, name: 'two batches, two heads', tokens: C + 1, batch: 2, heads: 2 },
    ...[0, 1, 2].map((turn) => ({
      ...plain,
      name: `shared heads, ${turn + 1}`,
      tokens: 3,
      heads: 4,
      fewerHeads: turn,
    })),
    { ...plain, name: 'packed sequences', tokens: cuts.at(-1)!, heads: 2, cuSeqlens: cuts },
    { ...plain, name: 'padding', tokens: C + 2, batch: 2, masked: true },
    { ...plain, name: 'segments', tokens: C + 2, batch: 2, segment: C },
  ]
}

/** Are a layer's meaning and its kernels the same, over the field, at each of the cases? */
export const proveForm = (
  layer: Layer,
  lowered: LoweredLayer,
  form: LoweredForm,
  { rounds = 2, seed = 1, cases = casesFor(form.chunkSize) }: ProveOptions = {},
): FormProof => {
  let compared = 0
  for (const [index, proofCase] of cases.entries()) {
    let agreed = 0
    let reason: Difference | undefined
    for (let attempt = 0; attempt < mostAttempts && agreed < rounds; attempt++) {
      const outcome = tryCase(layer, lowered, form, proofCase, hash(seed, index, attempt) >>> 0)
      if (outcome.kind === 'agree') {
        agreed++
        compared += outcome.compared
        continue
      }
      reason = outcome.difference
      if (outcome.kind === 'differ') break
    }
    if (agreed < rounds) return { ...about(lowered, form, cases, rounds), compared, difference: reason }
  }
  return { ...about(lowered, form, cases, rounds), compared }
}

export interface ProveOptions {
  /** How many independent random inputs must agree at each case. */
  readonly rounds?: number
  readonly seed?: number
  readonly cases?: readonly ProofCase[]
}

const about = (lowered: LoweredLayer, form: LoweredForm, cases: readonly ProofCase[], rounds: number) => ({
  form: form.name,
  dims: lowered.dims,
  chunkSize: form.chunkSize,
  cases,
  rounds,
})

type Outcome =
  | { readonly kind: 'agree'; readonly compared: number }
  /** `accident`: they differ, but at numbers of which a root had to be taken that does not exist. */
  | { readonly kind: 'differ' | 'accident'; readonly difference: Difference }

const tryCase = (
  layer: Layer,
  lowered: LoweredLayer,
  form: LoweredForm,
  proofCase: ProofCase,
  seed: number,
): Outcome => {
  const numbers = field(seed)
  const call = drawCall(layer, lowered, numbers, randomStream(seed), proofCase)
  const fault = (detail: string): Difference => ({
    case: proofCase.name,
    tensor: '',
    index: 0,
    kind: 'fault',
    detail,
  })
  const before = numbers.accidents()
  let meant: RunResult<FieldValue>
  let found: FormResult<FieldValue>
  try {
    meant = runTensors(layer, lowered.dims, numbers, call.tensors, call)
  } catch (error) {
    if (error instanceof Accident) return { kind: 'accident', difference: fault(error.message) }
    throw error
  }
  try {
    found = runForm(
      lowered,
      form,
      numbers.zero,
      (program, memory, uniforms, groups) => interpret(program, numbers, memory, uniforms, groups),
      call,
    )
  } catch (error) {
    if (error instanceof MixError || !(error instanceof Error)) throw error
    return { kind: error instanceof Accident ? 'accident' : 'differ', difference: fault(error.message) }
  }
  const difference = compare(proofCase, meant, found)
  if (difference === undefined) return { kind: 'agree', compared: countOf(meant) }
  return { kind: numbers.accidents() > before ? 'accident' : 'differ', difference }
}

const drawCall = (
  layer: Layer,
  lowered: LoweredLayer,
  numbers: Field,
  random: () => number,
  { batch, tokens, heads: mostHeads, fewerHeads, initial, cuSeqlens, masked, segment }: ProofCase,
): FormCall<FieldValue> => {
  const { dims } = lowered
  const ports = [...layer.inputs, ...layer.params]
  const groupsOf = (i: number): number =>
    fewerHeads === undefined ? mostHeads : mostHeads / 2 ** ((i + fewerHeads) % 3)
  const groups = Object.fromEntries(ports.map((p, i) => [p.name, groupsOf(i)]))
  const heads = Math.max(...Object.values(groups))
  const tensors = drawTensors(layer, dims, numbers, random, { batch, tokens, heads, groups })
  const sequences = cuSeqlens ? cuSeqlens.length - 1 : batch
  const ofStates = stateHeads(lowered, groups, heads)
  const states = layer.states.map((s): [string, Tensor<FieldValue>] => {
    const own = ofStates[s.name]
    const data = drawNumbers(numbers, random, sequences * own * elementsOf(s.type, dims))
    return [s.name, { shape: [sequences, own, ...shapeOf(s.type, dims)], data }]
  })
  return {
    tensors,
    initial: initial ? Object.fromEntries(states) : undefined,
    cuSeqlens,
    mask: masked ? Array.from({ length: batch * tokens }, () => random() % 2) : undefined,
    limits: segment === undefined ? undefined : { maxTokens: segment },
  }
}

const countOf = ({ outputs, states }: RunResult<FieldValue>): number =>
  [...Object.values(outputs), ...Object.values(states)].reduce((sum, t) => sum + t.data.length, 0)

const compare = (
  proofCase: ProofCase,
  meant: RunResult<FieldValue>,
  found: FormResult<FieldValue>,
): Difference | undefined => {
  const pairs = [
    ...Object.keys(meant.outputs).map((name) => [name, meant.outputs[name], found.outputs[name]] as const),
    ...Object.keys(meant.states).map((name) => [name, meant.states[name], found.states[name]] as const),
  ]
  for (const [tensor, expected, actual] of pairs)
    for (let index = 0; index < expected.data.length; index++) {
      const value = actual.data[index]
      if (value && value.p === expected.data[index].p && value.infinite === expected.data[index].infinite)
        continue
      const detail = `${tensor}[${placeOf(index, expected.shape).join(', ')}]`
      return { case: proofCase.name, tensor, index, kind: value ? 'differs' : 'unwritten', detail }
    }
  return undefined
}

const placeOf = (index: number, shape: readonly number[]): readonly number[] =>
  shape.map((size, i) => Math.floor(index / shape.slice(i + 1).reduce((a, b) => a * b, 1)) % size)
