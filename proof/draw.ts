import { dimsOf } from '../compiler/1-check/index.ts'
import type { Layer, Port, Type } from '../compiler/1-check/layer.ts'
import { evaluate as sizeOf, type Dims, type Size } from '../compiler/1-check/size.ts'
import { bug } from '../compiler/pass.ts'
import { prepare, type Tensor } from '../compiler/reference.ts'
import { shapeOf } from '../compiler/reference/shape.ts'
import { Accident, type Field, type FieldValue } from './field.ts'

/** How big a drawn call is. `groups` are the heads of the tensors that have fewer than `heads`. */
export interface DrawSizes {
  readonly batch: number
  readonly tokens: number
  readonly heads: number
  readonly groups?: Readonly<Record<string, number>>
}

/** So many tries at most to find a token without a root or logarithm of a negative number. */
const mostTries = 200

/**
 * Sizes that are small, differ where they may, fill a tile of four, and keep what the layer asks of them: 3, 5, 4, … for the dims that
 * have a value of their own (one up to 4 keeps it: it is a number of steps), what the others come to.
 */
export const smallDims = (layer: Layer): Dims => {
  const free = layer.dims.filter((d) => d.value === undefined || d.value.kind === 'number')
  const fresh = [3, 5, 4, 6]
  const wanted = free.map(({ value }) =>
    value?.kind === 'number' && value.value <= 4 ? value.value : (fresh.shift() ?? 3),
  )
  const values = wanted.map((first) => [first, ...[1, 2, 3, 4, 5, 6, 8, 16].filter((n) => n !== first)])
  const choose = (chosen: readonly number[]): Dims | undefined => {
    if (chosen.length === free.length) {
      const found = dimsOf(layer, Object.fromEntries(free.map(({ name }, i) => [name, chosen[i]])))
      return 'dims' in found ? found.dims : undefined
    }
    for (const value of values[chosen.length]) {
      const dims = choose([...chosen, value])
      if (dims) return dims
    }
    return undefined
  }
  const defaults = dimsOf(layer)
  return choose([]) ?? ('dims' in defaults ? defaults.dims : bug(`no sizes fit ${layer.name}`))
}

/** How many numbers a value takes. */
export const elementsOf = (type: Type, dims: Dims): number => {
  const { rows, cols, count = { kind: 'number', value: 1 } satisfies Size, element } = type
  return sizeOf(rows, dims) * sizeOf(cols, dims) * sizeOf(count, dims) * (element === 'complex' ? 2 : 1)
}

/** Random numbers of a port: squares where it is promised to be ≥ 0, their negatives where ≤ 0. */
export const drawNumbers = (
  field: Field,
  random: () => number,
  count: number,
  range?: Port['range'],
): FieldValue[] => {
  const sign = !range ? undefined : range.from >= 0 ? 1 : range.to <= 0 ? -1 : undefined
  return Array.from({ length: count }, () => field.fromResidues(random(), random(), random(), sign))
}

/**
 * Random inputs and params. A token is drawn again until the layer takes no root or logarithm of a negative number
 * at it: identities that hold for real numbers are then not missed for their sign.
 */
export const drawTensors = (
  layer: Layer,
  dims: Dims,
  field: Field,
  random: () => number,
  { batch, tokens, heads, groups = {} }: DrawSizes,
): Readonly<Record<string, Tensor<FieldValue>>> => {
  const run = prepare(layer, dims, field)
  const groupsOf = (port: Port): number => groups[port.name] ?? heads
  const draw = (port: Port): FieldValue[] =>
    drawNumbers(field, random, elementsOf(port.type, dims), port.range)
  type Values = Readonly<Record<string, readonly FieldValue[]>>

  const accidentsOf = (inputs: Values, params: Values): number => {
    const before = field.accidents()
    const initial = layer.states.map((s) => [s.name, drawNumbers(field, random, elementsOf(s.type, dims))])
    try {
      run({
        length: 1,
        inputs: Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, [x]])),
        params,
        initial: Object.fromEntries(initial),
      })
    } catch (error) {
      if (error instanceof Accident) return Infinity
      throw error
    }
    return field.accidents() - before
  }
  /** The draw with the fewest accidents. */
  const best = <X>(draw: () => X, accidents: (x: X) => number): X => {
    let chosen = draw()
    let fewest = accidents(chosen)
    for (let i = 1; i < mostTries && fewest > 0; i++) {
      const other = draw()
      const count = accidents(other)
      if (count < fewest) [chosen, fewest] = [other, count]
    }
    return chosen
  }
  const drawAll = (ports: readonly Port[]): Values => Object.fromEntries(ports.map((p) => [p.name, draw(p)]))

  // Head after head: what is shared with an earlier head is kept.
  const byHead = (ports: readonly Port[], accidents: (values: Values, head: number) => number): Values[] => {
    const chosen: Values[] = []
    for (let h = 0; h < heads; h++) {
      const fresh = ports.filter((p) => h % (heads / groupsOf(p)) === 0)
      chosen.push(
        best(
          () => ({ ...chosen[h - 1], ...drawAll(fresh) }),
          (values) => accidents(values, h),
        ),
      )
    }
    return chosen
  }
  const params = byHead(layer.params, (values) => accidentsOf(drawAll(layer.inputs), values))
  const rows = Array.from({ length: batch * tokens }, () =>
    byHead(layer.inputs, (values, h) => accidentsOf(values, params[h])),
  )

  const gather = (port: Port, heads: readonly Values[]): readonly FieldValue[] =>
    Array.from(
      { length: groupsOf(port) },
      (_, g) => heads[(g * heads.length) / groupsOf(port)][port.name],
    ).flat()
  return Object.fromEntries([
    ...layer.inputs.map((port) => [
      port.name,
      {
        shape: [batch, tokens, groupsOf(port), ...shapeOf(port.type, dims)],
        data: rows.flatMap((row) => gather(port, row)),
      },
    ]),
    ...layer.params.map((port) => [
      port.name,
      { shape: [groupsOf(port), ...shapeOf(port.type, dims)], data: gather(port, params) },
    ]),
  ])
}
