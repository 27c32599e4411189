import type { Layer, Port } from '../../compiler/1-check/layer.ts'
import type { Dims } from '../../compiler/1-check/size.ts'
import type { Call, CallTensor } from '../run/call.ts'
import { drawCall, randomNumbers } from '../run/draw.ts'

/** A call that both forms are compared with the meaning at. */
export interface FloatCase {
  readonly name: string
  readonly call: (scale: number) => Call
}

/** What a decaying input is at the t-th token, between the ends of its range. */
type Course = (t: number, ends: Ends, random: () => number, drawn: number) => number

interface Ends {
  readonly low: number
  readonly high: number
}

/** An open or infinite end is come near to: exp(-1e4) is 0, sigmoid(20) nearly 1. */
const endsOf = ({ range }: Port): Ends => {
  if (range === undefined) return { low: -20, high: 20 }
  const { from, to, fromOpen, toOpen } = range
  const width = Number.isFinite(to - from) ? to - from : 1
  return {
    low: from === -Infinity ? -1e4 : fromOpen ? from + 1e-6 * width : from,
    high: to === Infinity ? 20 : toOpen ? to - 1e-6 * width : to,
  }
}

const middle = (tokens: number): number => Math.floor(tokens / 2)

/** Decays as they are hardest on a kernel: all of them one, zero, −1, in turn, with one reset, strong, slow. */
const courses = (tokens: number): Readonly<Record<string, Course>> => ({
  'decays at the upper end': (_, { high }) => high,
  'decays at the lower end': (_, { low }) => low,
  'decays in turn at both ends': (t, { low, high }) => (t % 2 === 0 ? high : low),
  'one reset in the middle': (t, { low, high }) => (t === middle(tokens) ? low : high),
  'a reset among random decays': (t, { low }, _, drawn) => (t === middle(tokens) ? low : drawn),
  'strong decays': (_, { low, high }, random) =>
    low === -1e4 ? high - 20 - 10 * random() : low + 1e-3 * (high - low) * random(),
  'slow decays': (_, { low, high }) => high - 1e-4 * Math.min(1, high - low),
  'ends and random decays mixed': (_, { low, high }, random, drawn) => {
    const die = Math.floor(3 * random())
    return die === 0 ? low : die === 1 ? high : drawn
  },
})

/**
 * Random calls of several lengths, packed, padded and from a state; then each course of the decays, and one key at
 * every token with every correction at full strength. `decaying` are the ports that the decays are made of.
 */
export const floatCases = (
  layer: Layer,
  dims: Dims,
  decaying: ReadonlySet<string>,
  chunkSize: number,
  seed = 1,
): readonly FloatCase[] => {
  const ports = [...layer.inputs, ...layer.params]
  const long = 3 * chunkSize + 5
  const draw = (tokens: number, scale: number, batch = 1): Call =>
    drawCall(layer, { dims, batch, tokens, heads: 2, seed: seed + tokens, scale })
  const fromState = (call: Call, sequences = call.batch): Call => ({
    ...call,
    states: drawStates(layer, dims, sequences, call.heads, seed),
  })
  const replaced = (
    tokens: number,
    scale: number,
    values: (port: Port, call: Call) => CallTensor | undefined,
  ): Call => {
    const call = draw(tokens, scale)
    const over = (all: Readonly<Record<string, CallTensor>>) =>
      Object.fromEntries(
        Object.entries(all).map(([name, tensor]) => {
          const port = ports.find((p) => p.name === name)!
          return [name, values(port, call) ?? tensor]
        }),
      )
    return { ...call, inputs: over(call.inputs), params: over(call.params) }
  }

  const plain: FloatCase[] = [
    { name: 'no token', call: (scale) => fromState(draw(0, scale)) },
    { name: 'one token', call: (scale) => fromState(draw(1, scale)) },
    { name: 'random', call: (scale) => draw(long, scale) },
    { name: 'random, from a state', call: (scale) => fromState(draw(2 * chunkSize, scale)) },
    {
      name: 'packed sequences',
      call: (scale) => ({
        ...fromState(draw(long, scale), 4),
        cuSeqlens: [0, 1, 1, chunkSize + 3, long],
      }),
    },
    {
      name: 'padding',
      call: (scale) => {
        const call = fromState(draw(long, scale, 2))
        const { uniform } = randomNumbers(seed)
        const data = Float32Array.from({ length: 2 * long }, () => (uniform() < 0.3 ? 0 : 1))
        return { ...call, mask: { shape: [2, long], data } }
      },
    },
  ]
  const adversarial = Object.entries(decaying.size === 0 ? {} : courses(long)).map(
    ([name, course]): FloatCase => ({
      name,
      call: (scale) =>
        replaced(long, scale, (port, call) => {
          if (!decaying.has(port.name)) return undefined
          const drawn = call.inputs[port.name] ?? call.params[port.name]
          const { uniform } = randomNumbers(seed)
          const [lead, ends] = [call.inputs[port.name] ? call.heads : 1, endsOf(port)]
          const width = drawn.data.length / (call.inputs[port.name] ? long * lead : call.heads)
          return {
            shape: drawn.shape,
            data: drawn.data.map((x, i) => course(Math.floor(i / (width * lead)), ends, uniform, x)),
          }
        }),
    }),
  )
  const oneKey: FloatCase = {
    name: 'one key throughout, at full strength',
    call: (scale) =>
      replaced(long, scale, (port, call) => {
        const drawn = call.inputs[port.name] ?? call.params[port.name]
        if (decaying.has(port.name)) return undefined
        if (port.range !== undefined)
          return { shape: drawn.shape, data: drawn.data.map(() => Math.min(endsOf(port).high, 20)) }
        if (port.normAtMost === undefined) return undefined
        const size = drawn.shape.at(-1)!
        return { shape: drawn.shape, data: drawn.data.map((_, i) => drawn.data[i % size]) }
      }),
  }
  return [...plain, ...adversarial, oneKey]
}

const drawStates = (
  layer: Layer,
  dims: Dims,
  sequences: number,
  heads: number,
  seed: number,
): Readonly<Record<string, CallTensor>> => {
  const { normal } = randomNumbers(seed + 17)
  const all = drawCall(
    {
      ...layer,
      inputs: [],
      params: layer.states.map(({ name, type, span }) => ({ name, type, span })),
    },
    { dims, batch: 1, tokens: 0, heads: sequences * heads, seed },
  ).params
  return Object.fromEntries(
    Object.entries(all).map(([name, { shape, data }]) => [
      name,
      { shape: [sequences, heads, ...shape.slice(1)], data: data.map(() => normal()) },
    ]),
  )
}
