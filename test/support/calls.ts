import type { Dims } from '../../compiler/1-check/size.ts'
import type { Layer, Port } from '../../compiler/1-check/layer.ts'
import { shapeOf } from '../../compiler/reference/shape.ts'

/** Numbers with a shape, as f32: what every form is given, so that none is asked for digits that another has not. */
export interface Numbers {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number>
}

/** What a layer is called with. */
export interface Call {
  /** Inputs `[B, T, G, …]` and params `[G, …]`. */
  readonly tensors: Readonly<Record<string, Numbers>>
  /** States `[N, H, …]`. */
  readonly initial?: Readonly<Record<string, Numbers>>
  readonly cuSeqlens?: readonly number[]
  /** `[B, T]` */
  readonly mask?: readonly number[]
}

export interface CallShape {
  readonly tokens: number
  readonly batch?: number
  readonly heads?: number
  /** Heads of a tensor that has fewer. */
  readonly groups?: Readonly<Record<string, number>>
  /** Heads of a state whose tensors all have fewer. */
  readonly stateHeads?: Readonly<Record<string, number>>
  /** States that the call starts from; without it they are zero. */
  readonly initial?: boolean
  readonly cuSeqlens?: readonly number[]
  readonly mask?: readonly number[]
  readonly seed?: number
}

export type Random = () => number

/** Numbers in [0, 1), the same for the same seed. */
export const randomOf = (seed: number): Random => {
  let state = (seed | 0) ^ 0x5f3759df
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Logs of decays: none, slow, middling, strong, a reset in all but name. */
const logs = [0, -1e-4, -0.1, -0.7, -3, -60]

const drawNumber = (random: Random, range: Port['range']): number => {
  if (range === undefined) return 1.6 * random() - 0.8
  const { from, to } = range
  if (from === -Infinity && to === Infinity) return 4 * random() - 2
  if (from === -Infinity) return to + (random() < 0.3 ? logs[Math.floor(random() * logs.length)] : -random())
  if (to === Infinity) return from + 2 * random()
  const edge = random()
  if (edge < 0.1 && !range.fromOpen) return from
  if (edge > 0.9 && !range.toOpen) return to
  return from + (to - from) * random()
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

const drawPort = (random: Random, port: Port, shape: readonly number[], rows: number): Float32Array => {
  const size = count(shape)
  const data = new Float32Array(rows * size)
  for (let i = 0; i < data.length; i++) data[i] = drawNumber(random, port.range)
  if (port.normAtMost === undefined) return data
  const width = shape.at(-1) ?? 1
  for (let at = 0; at < data.length; at += width) {
    const norm = Math.hypot(...data.subarray(at, at + width))
    for (let i = at; i < at + width; i++) data[i] *= (0.99 * port.normAtMost) / Math.max(norm, 1e-3)
  }
  return data
}

/** Random tensors that keep what the layer's declarations promise. */
export const drawCall = (layer: Layer, dims: Dims, shape: CallShape): Call => {
  const {
    tokens,
    batch = 1,
    heads = 1,
    groups = {},
    stateHeads = {},
    initial = false,
    cuSeqlens,
    mask,
    seed = 1,
  } = shape
  const random = randomOf(seed)
  const draw = (port: Port, lead: readonly number[]): Numbers => {
    const own = shapeOf(port.type, dims)
    return { shape: [...lead, ...own], data: drawPort(random, port, own, count(lead)) }
  }
  const tensors: Record<string, Numbers> = {}
  for (const port of layer.inputs)
    tensors[port.name] = draw(port, [batch, tokens, groups[port.name] ?? heads])
  for (const port of layer.params) tensors[port.name] = draw(port, [groups[port.name] ?? heads])
  const sequences = cuSeqlens ? cuSeqlens.length - 1 : batch
  const states = Object.fromEntries(
    layer.states.map(({ name, type, span }) => [
      name,
      draw({ name, type, span }, [sequences, stateHeads[name] ?? heads]),
    ]),
  )
  return { tensors, initial: initial ? states : undefined, cuSeqlens, mask }
}

const inputsOf = (layer: Layer): ReadonlySet<string> => new Set(layer.inputs.map((i) => i.name))

const mapInputs = (
  call: Call,
  layer: Layer,
  f: (tensor: Numbers, name: string) => Numbers,
): Call['tensors'] => {
  const inputs = inputsOf(layer)
  return Object.fromEntries(
    Object.entries(call.tensors).map(([name, tensor]) => [name, inputs.has(name) ? f(tensor, name) : tensor]),
  )
}

/** The call with the tokens from … to − 1 of every input; not for masked ones. */
export const tokensOf = (call: Call, layer: Layer, from: number, to: number): Call => ({
  ...call,
  tensors: mapInputs(call, layer, (tensor) => sliceTokens(tensor, from, to)),
})

/** The call without its padded tokens, of one batch. */
export const withoutPadding = (call: Call, layer: Layer): Call => ({
  ...call,
  mask: undefined,
  tensors: mapInputs(call, layer, (tensor) => selectTokens(tensor, (t) => call.mask![t] === 1)),
})

/** The call with token `at` of another one. */
export const withTokenOf = (call: Call, other: Call, layer: Layer, at: number): Call => ({
  ...call,
  tensors: mapInputs(call, layer, ({ shape, data }, name) => {
    const size = count(shape.slice(2))
    return {
      shape,
      data: Array.from(data, (x, i) => (Math.floor(i / size) === at ? other.tensors[name].data[i] : x)),
    }
  }),
})

/** Those tokens of a tensor `[B, T, …]` that are wanted. */
export const selectTokens = ({ shape, data }: Numbers, wanted: (t: number) => boolean): Numbers => {
  const [batch, tokens, ...rest] = shape
  const size = count(rest)
  const kept = Array.from({ length: tokens }, (_, t) => t).filter(wanted)
  const rows = Array.from({ length: batch }, (_, b) => kept.map((t) => (b * tokens + t) * size)).flat()
  return {
    shape: [batch, kept.length, ...rest],
    data: rows.flatMap((row) => Array.from({ length: size }, (_, i) => data[row + i])),
  }
}

/** The call with what is promised nothing of times a factor: so large that products overflow, say. */
export const scaledCall = (call: Call, layer: Layer, factor: number): Call => {
  const free = new Set(layer.inputs.flatMap((i) => (i.range || i.normAtMost !== undefined ? [] : [i.name])))
  return {
    ...call,
    tensors: mapInputs(call, layer, ({ shape, data }, name) => ({
      shape,
      data: Float32Array.from(data, (x) => (free.has(name) ? factor * x : x)),
    })),
  }
}

/** The tokens from … to − 1 of a tensor `[B, T, …]`. */
export const sliceTokens = (tensor: Numbers, from: number, to: number): Numbers =>
  selectTokens(tensor, (t) => from <= t && t < to)

/** The states of one sequence of several. */
export const stateOf = (
  states: Readonly<Record<string, Numbers>>,
  sequence: number,
): Record<string, Numbers> =>
  Object.fromEntries(
    Object.entries(states).map(([name, { shape, data }]) => {
      const size = count(shape.slice(1))
      return [
        name,
        {
          shape: [1, ...shape.slice(1)],
          data: Array.from({ length: size }, (_, i) => data[sequence * size + i]),
        },
      ]
    }),
  )

/** a + b */
export const sumOf = (a: Numbers, b: Numbers): Numbers => ({
  shape: a.shape,
  data: Array.from(a.data, (x, i) => x + b.data[i]),
})
