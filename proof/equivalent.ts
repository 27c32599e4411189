import type { Layer, Port, Type } from '../compiler/1-check/layer.ts'
import { evaluate as sizeOf, isUnit, type Dims } from '../compiler/1-check/size.ts'
import { prepare, type SequenceInputs, type SequenceOutputs, type Tensor } from '../compiler/reference.ts'
import { boundName } from './bindings.ts'
import { drawNumbers, drawTensors, elementsOf, smallDims } from './draw.ts'
import { Accident, field, type Field, type FieldValue } from './field.ts'
import { hash, randomStream } from './random.ts'

export interface EquivalenceOptions {
  /** Inputs and params of the second layer as outputs over those of the first (`bind`); other names bind to themselves. */
  readonly bindings?: Layer
  /** Sizes of the first layer; small ones where absent. */
  readonly dims?: Dims
  /** How many independent random inputs must agree (3). */
  readonly rounds?: number
  readonly seed?: number
}

/** What was found, with what it was found at. */
export interface Equivalence {
  readonly equal: boolean
  /** In a sentence: why they differ, or what they share. */
  readonly reason: string
  readonly dims: Dims
  readonly tokens: number
  readonly rounds: number
  /** Whether they also have the same states, started from and left alike. */
  readonly sameStates: boolean
}

const tokens = 5
/** Rounds that come to nothing for the sign of a root may be repeated so often. */
const mostAttempts = 24

/**
 * Are two specs the same layer? Decided by evaluating both over the field on the same random inputs, token by token:
 * what is equal by the laws of `field` agrees, what is not differs but for a small probability.
 */
export const equivalent = (a: Layer, b: Layer, options: EquivalenceOptions = {}): Equivalence => {
  const { bindings, rounds = 3, seed = 1 } = options
  const dimsA = options.dims ?? smallDims(a)
  const differ = (reason: string): Equivalence => ({
    equal: false,
    reason,
    dims: dimsA,
    tokens,
    rounds: 0,
    sameStates: false,
  })

  const bound = new Map((bindings?.outputs ?? []).map((o) => [o.name, o.type]))
  const sources = new Map<string, Type>([...a.inputs, ...a.params].map((p) => [p.name, p.type]))
  const sourceOf = (port: Port): Type | undefined => bound.get(boundName(port.name)) ?? sources.get(port.name)
  const unbound = [...b.inputs, ...b.params].find((port) => !sourceOf(port))
  if (unbound) return differ(`nothing in ${a.name} says what ${unbound.name} of ${b.name} is`)

  const dimsB = matchDims(a, b, dimsA, sourceOf)
  if (typeof dimsB === 'string') return differ(dimsB)
  const pairs = pairOutputs(a, b)
  if (typeof pairs === 'string') return differ(pairs)
  const wrong = pairs.find(
    ([x, y]) =>
      elementsOf(a.outputs.find((o) => o.name === x)!.type, dimsA) !==
      elementsOf(b.outputs.find((o) => o.name === y)!.type, dimsB),
  )
  if (wrong) return differ(`the outputs ${wrong[0]} and ${wrong[1]} are not of one size`)
  const statesMatch =
    a.states.length === b.states.length &&
    a.states.every((s) => {
      const other = b.states.find((t) => t.name === s.name)
      return other && elementsOf(s.type, dimsA) === elementsOf(other.type, dimsB)
    })

  const attempt = (round: number, start: boolean): 'agree' | 'accident' | string => {
    const numbers = field(hash(seed, round) >>> 0)
    const random = randomStream(hash(seed, round, 7) >>> 0)
    try {
      const sequence = drawSequence(a, dimsA, numbers, random, start)
      const before = numbers.accidents()
      const left = prepare(a, dimsA, numbers)(sequence)
      const translated = translate(a, b, dimsA, dimsB, numbers, sequence, bindings)
      if (typeof translated === 'string') return translated
      const right = prepare(b, dimsB, numbers)(translated)
      const difference = compare(left, right, pairs, start ? a.states.map((s) => s.name) : [])
      if (difference === undefined) return 'agree'
      return numbers.accidents() > before ? 'accident' : difference
    } catch (error) {
      if (error instanceof Accident) return 'accident'
      throw error
    }
  }
  const decide = (start: boolean): { readonly agreed: number; readonly reason: string } => {
    let agreed = 0
    let reason = 'no random inputs were found at which both can be evaluated'
    for (let round = 0; round < mostAttempts && agreed < rounds; round++) {
      const outcome = attempt(round, start)
      if (outcome === 'agree') agreed++
      else if (outcome !== 'accident') return { agreed: 0, reason: outcome }
    }
    return { agreed, reason }
  }

  const sameStates = statesMatch && decide(true).agreed === rounds
  const { agreed, reason } = decide(false)
  if (agreed < rounds) return { ...differ(reason), rounds: agreed }
  const what = pairs.map(([x, y]) => (x === y ? x : `${x} = ${y}`)).join(', ')
  const states = sameStates ? ', from any state, and the states as well' : ', from a zero state'
  return { equal: true, reason: `equal: ${what}${states}`, dims: dimsA, tokens, rounds, sameStates }
}

/** Sizes of the second layer, read off what its inputs are bound to. */
const matchDims = (
  a: Layer,
  b: Layer,
  dimsA: Dims,
  sourceOf: (port: Port) => Type | undefined,
): Dims | string => {
  const found: Record<string, number> = {}
  const slots = ['rows', 'cols', 'count'] as const
  const isScalar = (type: Type): boolean => isUnit(type.rows) && isUnit(type.cols) && !type.count
  for (const port of [...b.inputs, ...b.params]) {
    const source = sourceOf(port)!
    for (const slot of slots) {
      const [size, given] = [port.type[slot], source[slot]]
      if (size?.kind === 'dim' && given && !isScalar(source) && !(size.name in found))
        found[size.name] = sizeOf(given, dimsA)
    }
  }
  const defaults = smallDims(b)
  const own = new Set(a.dims.map((d) => d.name))
  const dims: Record<string, number> = {}
  for (const { name, value } of b.dims) {
    const computed = value && value.kind !== 'number' ? sizeOf(value, dims) : undefined
    dims[name] = found[name] ?? (own.has(name) ? dimsA[name] : (computed ?? defaults[name]))
  }
  for (const port of [...b.inputs, ...b.params]) {
    const source = sourceOf(port)!
    const fits = slots.every((slot) => {
      const [size, given] = [port.type[slot], source[slot]]
      return (size ? sizeOf(size, dims) : 1) === (given ? sizeOf(given, dimsA) : 1)
    })
    if (!fits && !isScalar(source))
      return `${port.name} has a size in ${a.name} that it cannot have in ${b.name}`
    if (port.type.element !== source.element && source.element !== 'real')
      return `${port.name} is ${source.element} in ${a.name}`
  }
  return dims
}

/** Outputs of the same name, or else in the same place. */
const pairOutputs = (a: Layer, b: Layer): readonly (readonly [string, string])[] | string => {
  if (a.outputs.length !== b.outputs.length)
    return `${a.name} and ${b.name} do not have the same number of outputs`
  const names = new Set(a.outputs.map((o) => o.name))
  return b.outputs.every((o) => names.has(o.name))
    ? b.outputs.map((o) => [o.name, o.name] as const)
    : b.outputs.map((o, i) => [a.outputs[i].name, o.name] as const)
}

const drawSequence = (
  layer: Layer,
  dims: Dims,
  numbers: Field,
  random: () => number,
  start: boolean,
): SequenceInputs<FieldValue> => {
  const tensors = drawTensors(layer, dims, numbers, random, { batch: 1, tokens, heads: 1 })
  const rows = ({ data }: Tensor<FieldValue>, count: number): FieldValue[][] =>
    Array.from({ length: count }, (_, t) =>
      Array.from({ length: data.length / count }, (_, i) => data[(t * data.length) / count + i]),
    )
  return {
    length: tokens,
    inputs: Object.fromEntries(layer.inputs.map(({ name }) => [name, rows(tensors[name], tokens)])),
    params: Object.fromEntries(layer.params.map(({ name }) => [name, rows(tensors[name], 1)[0]])),
    initial: start
      ? Object.fromEntries(
          layer.states.map((s) => [s.name, drawNumbers(numbers, random, elementsOf(s.type, dims))]),
        )
      : {},
  }
}

/** What the second layer is given where the first is given `sequence`. */
const translate = (
  a: Layer,
  b: Layer,
  dimsA: Dims,
  dimsB: Dims,
  numbers: Field,
  sequence: SequenceInputs<FieldValue>,
  bindings: Layer | undefined,
): SequenceInputs<FieldValue> | string => {
  const bound = bindings ? prepare(bindings, dimsA, numbers)(sequence).outputs : {}
  /** A real number is a complex one, and a scalar stands for every component. */
  const spread = (values: readonly FieldValue[], port: Port): readonly FieldValue[] => {
    const count = elementsOf(port.type, dimsB)
    const real = port.type.element === 'complex' && (values.length === 1 || 2 * values.length === count)
    const parts = real ? values.flatMap((x) => [x, numbers.zero]) : values
    return Array.from({ length: count }, (_, i) => parts[i % parts.length])
  }
  const perToken = (port: Port): readonly (readonly FieldValue[])[] =>
    bound[boundName(port.name)] ??
    sequence.inputs[port.name] ??
    Array.from({ length: tokens }, () => sequence.params![port.name])
  const varying = b.params.find((p) => perToken(p).some((x) => !same(x, perToken(p)[0])))
  if (varying) return `${varying.name} is a param of ${b.name}, but varies from token to token in ${a.name}`
  return {
    length: tokens,
    inputs: Object.fromEntries(b.inputs.map((p) => [p.name, perToken(p).map((x) => spread(x, p))])),
    params: Object.fromEntries(b.params.map((p) => [p.name, spread(perToken(p)[0], p)])),
    initial: sequence.initial,
  }
}

const same = (x: readonly FieldValue[], y: readonly FieldValue[]): boolean =>
  x.every((value, i) => value.p === y[i].p && value.infinite === y[i].infinite)

const compare = (
  left: SequenceOutputs<FieldValue>,
  right: SequenceOutputs<FieldValue>,
  pairs: readonly (readonly [string, string])[],
  states: readonly string[],
): string | undefined => {
  for (const [x, y] of pairs)
    for (let t = 0; t < left.outputs[x].length; t++)
      if (!same(left.outputs[x][t], right.outputs[y][t]))
        return x === y ? `the output ${x} differs at token ${t}` : `${x} and ${y} differ at token ${t}`
  const state = states.find((name) => !same(left.states[name], right.states[name]))
  return state === undefined ? undefined : `the state ${state} differs after the last token`
}
