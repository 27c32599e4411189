import type { Layer, Port } from '../../compiler/1-check/layer.ts'
import { evaluate, type Dims } from '../../compiler/1-check/size.ts'
import { randomStream } from '../../proof/random.ts'
import { axesOf, type Call, type CallTensor } from './call.ts'

export interface DrawOptions {
  readonly dims: Dims
  readonly batch: number
  readonly tokens: number
  readonly heads: number
  readonly seed: number
  /** What inputs without a declared range are multiplied by. */
  readonly scale?: number
}

/** Random numbers: uniform in [0, 1), and normal. */
export const randomNumbers = (seed: number) => {
  const stream = randomStream(seed)
  const uniform = (): number => stream() / 2 ** 32
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return { uniform, normal }
}

/** Inputs and params drawn from what the spec promises of them, the same for the same seed. */
export const drawCall = (layer: Layer, options: DrawOptions): Call => {
  const { dims, batch, tokens, heads, seed, scale = 1 } = options
  const draw = (port: Port, lead: readonly number[], index: number): CallTensor => {
    const shape = [...lead, ...axesOf(port.type).map((size) => evaluate(size, dims))]
    const data = new Float32Array(shape.reduce((n, size) => n * size, 1))
    const { uniform, normal } = randomNumbers(seed * 1009 + index)
    const width = shape.length > lead.length ? shape.at(-1)! : 1
    for (let at = 0; at < data.length; at += width) {
      const vector = data.subarray(at, at + width)
      for (let i = 0; i < width; i++) vector[i] = drawOne(port, width, uniform, normal, scale)
      if (port.normAtMost !== undefined && port.range === undefined) {
        const norm = Math.hypot(...vector) || 1
        for (let i = 0; i < width; i++) vector[i] *= port.normAtMost / norm
      }
    }
    return { shape, data }
  }
  const all = [...layer.inputs, ...layer.params].map((port, index) => {
    const lead = index < layer.inputs.length ? [batch, tokens, heads] : [heads]
    return [port.name, draw(port, lead, index)] as const
  })
  return {
    dims,
    batch,
    tokens,
    heads,
    inputs: Object.fromEntries(all.slice(0, layer.inputs.length)),
    params: Object.fromEntries(all.slice(layer.inputs.length)),
    states: {},
  }
}

/** Bounded: uniform. Bounded on one side: some way from the bound, most often a little. Free: normal, a vector of length about 1. */
const drawOne = (
  { range, normAtMost }: Port,
  width: number,
  uniform: () => number,
  normal: () => number,
  scale: number,
): number => {
  if (range === undefined) return (normal() * (normAtMost === undefined ? scale : 1)) / Math.sqrt(width)
  const { from, to } = range
  if (Number.isFinite(from) && Number.isFinite(to)) return from + (to - from) * (0.002 + 0.996 * uniform())
  const away = Math.exp(1.5 * normal() - 2)
  return Number.isFinite(to) ? to - away : Number.isFinite(from) ? from + away : normal() * scale
}
