import type { Expr, Layer, Type } from '../1-check/layer.ts'
import { evaluate as sizeOf, type Dims } from '../1-check/size.ts'
import type { Domain } from '../domain.ts'
import { bug } from '../pass.ts'
import { expressionCompiler, type Code, type Moment } from './expression.ts'
import { algebraOver, type Algebra, type Matrix } from './matrix.ts'
import { sweepsOf, type Item, type Sweep } from './sweeps.ts'

/** What one sequence of one batch and head is made of. Elements: rows first, arrays outside, `re, im` innermost. */
export interface SequenceInputs<N> {
  /** T; a second sequence has the length of its inputs. */
  readonly length: number
  /** By name, for each token its elements. */
  readonly inputs: Readonly<Record<string, readonly (readonly N[])[]>>
  readonly params?: Readonly<Record<string, readonly N[]>>
  /** States before the first token; zero, or the declared param, where absent. */
  readonly initial?: Readonly<Record<string, readonly N[]>>
  /** The position of the first token. */
  readonly start?: number
}

export interface SequenceOutputs<N> {
  readonly outputs: Readonly<Record<string, readonly (readonly N[])[]>>
  readonly states: Readonly<Record<string, readonly N[]>>
}

/**
 * What a layer means, token by token, straight from its typed equations: nothing is normalised, nothing chunked.
 * Every kernel is compared with this. Compile once, run for each sequence.
 */
export const prepare = <N>(
  layer: Layer,
  dims: Dims,
  domain: Domain<N>,
): ((sequence: SequenceInputs<N>) => SequenceOutputs<N>) => {
  const algebra = algebraOver(domain)
  const compiler = expressionCompiler(algebra, dims)
  const { sweeps, items } = sweepsOf(layer, dims)
  const compiled = new Map(items.map((item) => [item.name, compileItem(layer, item, compiler, dims)]))
  const ports = new Map([...layer.inputs, ...layer.params].map((p) => [p.name, shapeOf(p.type, dims)]))
  const overs = new Map(layer.inputs.map((i) => [i.name, i.over]))

  return ({ length, inputs, params = {}, initial = {}, start = 0 }) => {
    const lengthOf = (over: string | undefined): number => {
      if (over === undefined) return length
      const port = layer.inputs.find((i) => i.over === over)
      return port ? inputs[port.name].length : 0
    }
    const tracks = new Map(
      [...compiled].map(([name, item]) => [name, trackOf(item, lengthOf(item.over), algebra)]),
    )
    for (const state of layer.states) {
      const given = initial[state.name] ?? (state.initial === undefined ? undefined : params[state.initial])
      const track = tracks.get(state.name)!
      if (given)
        track.first = Array.from({ length: track.item.shape.count }, (_, i) =>
          part(given, track.item.shape, i),
        )
    }
    const arrays: { [name: string]: Matrix<N>[][] } = {}
    const inputAt = (name: string, token: number, element: number): Matrix<N> => {
      const shape = ports.get(name) ?? bug(`no input ${name}`)
      const values = inputs[name]
      if (token < 0 || token >= values.length) return algebra.zeros(shape.rows, shape.cols, shape.complex)
      if (shape.count === 1 && !shape.complex)
        return { rows: shape.rows, cols: shape.cols, re: values[token] }
      const parts = (arrays[name] ??= [])
      return ((parts[token] ??= [])[element] ??= part(values[token], shape, element))
    }
    const moment: Moment<N> = {
      t: 0,
      variables: new Map(),
      locals: new Map(),
      length,
      start,
      read: (name, token, element) => {
        const track = tracks.get(name)
        return track ? valueAt(track, moment, token, element) : inputAt(name, token, element)
      },
      last: (name, element) => {
        const track = tracks.get(name)
        if (!track) return inputAt(name, lengthOf(overs.get(name)) - 1, element)
        return track.item.kind === 'state'
          ? (track.current[element] ?? bug(`the end of ${name} is read before it is there`))
          : valueAt(track, moment, track.length - 1, element)
      },
      param: (name, element) => part(params[name], ports.get(name)!, element),
    }

    const outputs: Record<string, (readonly N[])[]> = {}
    for (const output of layer.outputs) outputs[output.name] = new Array(lengthOf(output.over))
    for (const sweep of sweeps) walk(sweep, tracks, moment, lengthOf(sweep.over), outputs)
    const states = Object.fromEntries(
      layer.states.map(({ name }) => [name, flatten(tracks.get(name)!.current)]),
    )
    return { outputs, states }
  }
}

/** `prepare` and run in one. */
export const evaluate = <N>(
  layer: Layer,
  dims: Dims,
  domain: Domain<N>,
  sequence: SequenceInputs<N>,
): SequenceOutputs<N> => prepare(layer, dims, domain)(sequence)

const walk = <N>(
  sweep: Sweep,
  tracks: ReadonlyMap<string, Track<N>>,
  moment: Moment<N>,
  length: number,
  outputs: Record<string, (readonly N[])[]>,
): void => {
  const forward = sweep.direction === 'forward'
  moment.length = length
  const own = sweep.items.map((item) => tracks.get(item.name)!)
  for (const track of own) {
    track.at = forward ? -1 : length
    track.current = [...track.first]
  }
  for (let i = 0; i < length; i++) {
    moment.t = forward ? i : length - 1 - i
    for (const track of own) {
      for (let element = 0; element < track.item.shape.count; element++)
        valueAt(track, moment, moment.t, element, true)
      if (track.item.kind === 'output') outputs[track.item.name][moment.t] = flatten(track.current)
    }
  }
}

interface Shape {
  readonly rows: number
  readonly cols: number
  readonly complex: boolean
  /** How many of them; 1 unless an array. */
  readonly count: number
}

const shapeOf = (type: Type, dims: Dims): Shape => ({
  rows: sizeOf(type.rows, dims),
  cols: sizeOf(type.cols, dims),
  complex: type.element === 'complex',
  count: type.count === undefined ? 1 : sizeOf(type.count, dims),
})

/** One element of a flat array of values. */
const part = <N>(values: readonly N[], { rows, cols, complex, count }: Shape, element: number): Matrix<N> => {
  const size = rows * cols
  if (!complex) {
    const re = count === 1 ? values : values.slice(element * size, (element + 1) * size)
    return { rows, cols, re }
  }
  const at = element * size * 2
  return {
    rows,
    cols,
    re: Array.from({ length: size }, (_, i) => values[at + 2 * i]),
    im: Array.from({ length: size }, (_, i) => values[at + 2 * i + 1]),
  }
}

const flatten = <N>(values: readonly (Matrix<N> | undefined)[]): readonly N[] => {
  if (values.length === 1 && !values[0]!.im) return values[0]!.re
  const out: N[] = []
  for (const { re, im } of values as readonly Matrix<N>[])
    for (let i = 0; i < re.length; i++) out.push(...(im ? [re[i], im[i]] : [re[i]]))
  return out
}

interface CompiledItem<N> extends Item {
  readonly shape: Shape
  readonly code: Code<N>
  /** Which elements of an array the equation speaks of. */
  readonly binder?: {
    readonly variable: string
    readonly from: (m: Moment<N>) => number
    readonly to: (m: Moment<N>) => number
  }
}

const compileItem = <N>(
  layer: Layer,
  item: Item,
  compiler: { value: (e: Expr) => Code<N>; whole: (e: Expr) => (m: Moment<N>) => number },
  dims: Dims,
): CompiledItem<N> => {
  const named = (x: { name: string }): boolean => x.name === item.name
  const equation =
    item.kind === 'state'
      ? layer.updates.find((u) => u.state === item.name)
      : item.kind === 'let'
        ? layer.lets.find(named)
        : layer.outputs.find(named)
  const type =
    (item.kind === 'state' ? layer.states.find(named)?.type : layer[`${item.kind}s`].find(named)?.type) ??
    bug(`no type of ${item.name}`)
  if (!equation) return bug(`nothing says what ${item.name} is`)
  const binder = 'binder' in equation ? equation.binder : undefined
  return {
    ...item,
    shape: shapeOf(type, dims),
    code: compiler.value(equation.value),
    binder: binder && {
      variable: binder.variable,
      from: compiler.whole(binder.from),
      to: compiler.whole(binder.to),
    },
  }
}

/** The values of one item along a walk: this token's, the one before's, and all of them where they are needed. */
interface Track<N> {
  readonly item: CompiledItem<N>
  readonly length: number
  /** The values before the first token of a walk. */
  first: Matrix<N>[]
  at: number
  current: (Matrix<N> | undefined)[]
  previousAt: number
  previous: (Matrix<N> | undefined)[]
  readonly all: (Matrix<N> | undefined)[][]
  readonly zeros: Matrix<N>
}

const trackOf = <N>(item: CompiledItem<N>, length: number, algebra: Algebra<N>): Track<N> => {
  const zeros = algebra.zeros(item.shape.rows, item.shape.cols, item.shape.complex)
  const first = new Array<Matrix<N>>(item.shape.count).fill(zeros)
  return { item, length, first, at: NaN, current: first, previousAt: NaN, previous: first, all: [], zeros }
}

const valueAt = <N>(
  track: Track<N>,
  moment: Moment<N>,
  token: number,
  element: number,
  walking = false,
): Matrix<N> => {
  const { item } = track
  const before = token === track.previousAt && track.previous[element]
  if (before) return before
  if (token !== track.at) {
    if (token < 0 || token >= track.length) return track.zeros
    const known = track.all[token]?.[element]
    if (known) return known
    if (item.kind === 'state' && !walking && token !== moment.t)
      return bug(`${item.name} is asked for too early`)
    track.previousAt = track.at
    track.previous = track.current
    track.at = token
    track.current = new Array<Matrix<N> | undefined>(item.shape.count).fill(undefined)
    if (item.keep) track.all[token] = track.current
  }
  const row = track.current
  return (row[element] ??= compute(track, moment, token, element))
}

const compute = <N>(track: Track<N>, moment: Moment<N>, token: number, element: number): Matrix<N> => {
  const { item } = track
  const { t } = moment
  moment.t = token
  try {
    if (!item.binder) return item.code(moment)
    const { variable, from, to } = item.binder
    if (element < from(moment) || element >= to(moment))
      return item.kind === 'state' ? track.previous[element]! : track.zeros
    const outer = moment.variables.get(variable)
    moment.variables.set(variable, element)
    const value = item.code(moment)
    if (outer !== undefined) moment.variables.set(variable, outer)
    return value
  } finally {
    moment.t = t
  }
}
