import { MixError, diagnostic } from '../diagnostics/diagnostic.ts'
import type { Layer } from './1-check/layer.ts'
import type { Dims } from './1-check/size.ts'
import type { Domain } from './domain.ts'
import { float64 } from './float64.ts'
import { feedersOf } from './reference/feeders.ts'
import { prepare } from './reference/sequence.ts'
import { shapeOf } from './reference/shape.ts'

export { evaluate, prepare, type SequenceInputs, type SequenceOutputs } from './reference/sequence.ts'

/** A tensor over any domain: an input `[B, T, G, …]`, a param `[G, …]`, a state `[N, G, …]`. */
export interface Tensor<N> {
  readonly shape: readonly number[]
  readonly data: ArrayLike<N>
}

export interface RunOptions<N> {
  /** States before the first token, `[N, G, …]`: N sequences, which is B where they are not packed. */
  readonly initial?: Readonly<Record<string, Tensor<N>>>
  /** Where packed sequences begin and end: `[0, …, T]`; B is then 1. Empty sequences are allowed. */
  readonly cuSeqlens?: ArrayLike<number>
  /** `[B, T]`: 0 marks a padded token, which is as though it were not there; its outputs are 0. */
  readonly mask?: ArrayLike<number>
  /** The position of each sequence's first token. */
  readonly start?: number
}

export interface RunResult<N> {
  /** `[B, T, H, …]` */
  readonly outputs: Readonly<Record<string, Tensor<N>>>
  /** `[N, G, …]`: as many heads as what feeds the state has. */
  readonly states: Readonly<Record<string, Tensor<N>>>
}

/**
 * What a layer means on whole tensors: every batch, head and packed sequence by itself. H, the heads of the layer, is
 * the most that any tensor has; where one has G, head h reads its group ⌊h / (H/G)⌋.
 */
export const runTensors = <N>(
  layer: Layer,
  dims: Dims,
  domain: Domain<N>,
  tensors: Readonly<Record<string, Tensor<N>>>,
  options: RunOptions<N> = {},
): RunResult<N> => {
  const { initial = {}, mask } = options
  for (const port of [...layer.inputs, ...layer.params])
    if (!tensors[port.name])
      throw new MixError([diagnostic('input-missing', { name: port.name, layer: layer.name }, port.span)])
  const { inputs, params } = layer
  const shapes = new Map(
    [...layer.inputs, ...layer.params, ...layer.states].map((p) => [p.name, shapeOf(p.type, dims)]),
  )
  const groupsOf = (name: string): number =>
    layer.inputs.some((i) => i.name === name) ? tensors[name].shape[2] : tensors[name].shape[0]

  const first = inputs.find((i) => i.over === undefined)
  const [B, T] = first ? tensors[first.name].shape : [1, 0]
  const heads = Math.max(1, ...[...inputs, ...params].map((p) => groupsOf(p.name)))
  const mismatch = (what: string, left: readonly number[], right: readonly (number | string)[]): never => {
    const show = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`
    throw new MixError([diagnostic('shape-mismatch', { what, left: show(left), right: show(right) })])
  }
  const expect = (
    what: string,
    tensor: Tensor<N>,
    lead: readonly (number | string)[],
    groupAxis: number,
  ): void => {
    const wanted = [...lead, ...shapes.get(what)!]
    const fits =
      tensor.shape.length === wanted.length &&
      wanted.every((n, i) => typeof n === 'string' || tensor.shape[i] === n) &&
      heads % tensor.shape[groupAxis] === 0
    if (!fits) mismatch(what, tensor.shape, wanted)
  }
  const heading = `H = ${heads} or a divisor of it`
  for (const { name, over } of inputs) expect(name, tensors[name], [B, over ?? T, heading], 2)
  for (const { name } of params) expect(name, tensors[name], [heading], 0)

  const cuts = options.cuSeqlens ? Array.from(options.cuSeqlens) : undefined
  if (
    cuts &&
    (B !== 1 || cuts[0] !== 0 || cuts.at(-1) !== T || cuts.some((c, i) => i > 0 && c < cuts[i - 1]))
  )
    mismatch('cu_seqlens', cuts, [`0, …, T = ${T} with B = 1`])
  const sequences = cuts
    ? cuts.slice(1).map((to, i) => ({ batch: 0, from: cuts[i], to }))
    : Array.from({ length: B }, (_, batch) => ({ batch, from: 0, to: T }))
  if (cuts && sequences.length !== 1 && inputs.some((i) => i.over !== undefined))
    throw new MixError([
      diagnostic('form-not-available', {
        what: layer.name,
        form: 'packed',
        reason: 'its second sequence has no boundaries of its own',
      }),
    ])

  const feeders = feedersOf(layer)
  const stateHeads = new Map(
    layer.states.map((s) => {
      const groups = feeders(s.name).map(groupsOf)
      const own = groups.length === 0 ? heads : groups.reduce(leastCommonMultiple)
      return [s.name, leastCommonMultiple(own, initial[s.name]?.shape[1] ?? 1)]
    }),
  )
  for (const [name, tensor] of Object.entries(initial)) {
    if (!shapes.has(name)) continue
    expect(name, tensor, [sequences.length, heading], 1)
  }

  const lengths = new Map<string | undefined, number>([[undefined, T]])
  for (const { name, over } of inputs) if (over !== undefined) lengths.set(over, tensors[name].shape[1])
  const results: RunResult<N> = {
    outputs: Object.fromEntries(
      layer.outputs.map((o) => {
        const shape = [B, lengths.get(o.over) ?? 0, heads, ...shapeOf(o.type, dims)]
        return [o.name, { shape, data: new Array<N>(count(shape)).fill(domain.zero) }]
      }),
    ),
    states: Object.fromEntries(
      layer.states.map((s) => {
        const shape = [sequences.length, stateHeads.get(s.name)!, ...shapes.get(s.name)!]
        return [s.name, { shape, data: new Array<N>(count(shape)).fill(domain.zero) }]
      }),
    ),
  }
  const put = (tensor: Tensor<N>, at: number, values: readonly N[]): void => {
    const data = tensor.data as N[]
    for (let i = 0; i < values.length; i++) data[at + i] = values[i]
  }
  const run = prepare(layer, dims, domain)
  const take = (tensor: Tensor<N>, index: number, size: number): N[] => {
    const out: N[] = []
    for (let i = index * size; i < (index + 1) * size; i++) out.push(tensor.data[i])
    return out
  }

  sequences.forEach(({ batch, from, to }, n) => {
    const tokens: number[] = []
    for (let t = from; t < to; t++) if (!mask || mask[batch * T + t] !== 0) tokens.push(t)
    for (let h = 0; h < heads; h++) {
      const group = (groups: number): number => Math.floor(h / (heads / groups))
      const tokensOf = (over: string | undefined): readonly number[] =>
        over === undefined ? tokens : Array.from({ length: lengths.get(over)! }, (_, t) => t)
      const result = run({
        length: tokens.length,
        start: options.start,
        inputs: Object.fromEntries(
          inputs.map(({ name, over }) => {
            const tensor = tensors[name]
            const [, length, groups] = tensor.shape
            const size = count(shapes.get(name)!)
            const at = (t: number): number => (batch * length + t) * groups + group(groups)
            return [name, tokensOf(over).map((t) => take(tensor, at(t), size))]
          }),
        ),
        params: Object.fromEntries(
          params.map(({ name }) => [
            name,
            take(tensors[name], group(tensors[name].shape[0]), count(shapes.get(name)!)),
          ]),
        ),
        initial: Object.fromEntries(
          layer.states
            .filter((s) => initial[s.name])
            .map(({ name }) => {
              const tensor = initial[name]
              const groups = tensor.shape[1]
              return [name, take(tensor, n * groups + group(groups), count(shapes.get(name)!))]
            }),
        ),
      })
      for (const { name, over } of layer.outputs) {
        const tensor = results.outputs[name]
        const [, length] = tensor.shape
        const size = count(tensor.shape.slice(3))
        tokensOf(over).forEach((t, i) =>
          put(tensor, ((batch * length + t) * heads + h) * size, result.outputs[name][i]),
        )
      }
      for (const { name } of layer.states) {
        const tensor = results.states[name]
        const groups = tensor.shape[1]
        if (h % (heads / groups) === 0)
          put(tensor, (n * groups + group(groups)) * count(shapes.get(name)!), result.states[name])
      }
    }
  })
  return results
}

/** The yardstick: a layer's meaning in doubles. */
export const runReference = (
  layer: Layer,
  dims: Dims,
  tensors: Readonly<Record<string, Tensor<number>>>,
  options: RunOptions<number> = {},
): {
  readonly outputs: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: Float64Array }>
  >
  readonly states: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: Float64Array }>
  >
} => {
  const { outputs, states } = runTensors(layer, dims, float64, tensors, options)
  const typed = (all: Readonly<Record<string, Tensor<number>>>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, t]) => [name, { shape: t.shape, data: Float64Array.from(t.data) }]),
    )
  return { outputs: typed(outputs), states: typed(states) }
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

const leastCommonMultiple = (a: number, b: number): number => {
  const gcd = (x: number, y: number): number => (y === 0 ? x : gcd(y, x % y))
  return (a / gcd(a, b)) * b
}
