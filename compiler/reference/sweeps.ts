import type { Binder, Expr, Layer } from '../1-check/layer.ts'
import { evaluate as sizeOf, type Dims } from '../1-check/size.ts'
import { MixError, diagnostic } from '../../diagnostics/diagnostic.ts'
import { bug } from '../pass.ts'

export type Direction = 'forward' | 'backward'

/** A state, let or output: one thing that has a value at each token. */
export interface Item {
  readonly kind: 'state' | 'let' | 'output'
  readonly name: string
  /** The sequence whose tokens it has values for: the layer's own, or a second one. */
  readonly over?: string
  /** Values of tokens other than this one and the one before are needed. */
  readonly keep: boolean
}

/** One walk over the tokens of a sequence; `items` are those with values that depend on the walk (or are outputs). */
export interface Sweep {
  readonly direction: Direction
  readonly over?: string
  readonly items: readonly Item[]
}

/** How far from this token something is read: `from … to`, or at the end. */
type Reach = { readonly from: number; readonly to: number } | 'end'
interface Dependency {
  readonly name: string
  readonly reach: Reach
}

/**
 * Order a layer's items into walks over the tokens.
 *
 *     S[t] = … S[t-1]; R[t] = … R[t+1]; o = S[t] + R[t] + P[end]   ⇒   forward {S, P}; backward {R, o}
 *
 * An item stands in the first walk in which everything it reads is there by its turn. Items that depend on no state
 * are in none (unless they are outputs): they are evaluated wherever they are asked for.
 */
export const sweepsOf = (
  layer: Layer,
  dims: Dims,
): { readonly sweeps: readonly Sweep[]; readonly items: readonly Item[] } => {
  const bodies = new Map<string, { kind: Item['kind']; name: string; value: Expr; binder?: Binder }>()
  layer.updates.forEach((u) =>
    bodies.set(u.state, { kind: 'state', name: u.state, value: u.value, binder: u.binder }),
  )
  layer.lets.forEach((l) => bodies.set(l.name, { kind: 'let', ...l }))
  layer.outputs.forEach((o) => bodies.set(o.name, { kind: 'output', ...o }))
  const overs = new Map(layer.inputs.map((i) => [i.name, i.over]))
  const directions = new Map(layer.updates.map((u) => [u.state, u.direction]))

  const reads = new Map<string, readonly Dependency[]>()
  const over = new Map<string, string | undefined>()
  for (const body of bodies.values()) {
    const found = dependenciesOf(body.value, body.binder, dims)
    reads.set(
      body.name,
      found.filter((d) => bodies.has(d.name)),
    )
    const second = found.map((d) => overs.get(d.name)).find((o) => o !== undefined)
    const declared = layer.outputs.find((o) => o.name === body.name)?.over
    over.set(body.name, declared ?? second)
  }
  for (let changed = true; changed;) {
    changed = false
    for (const [name, dependencies] of reads)
      for (const d of dependencies)
        if (d.reach !== 'end' && over.get(name) === undefined && over.get(d.name) !== undefined) {
          over.set(name, over.get(d.name))
          changed = true
        }
  }

  const place = new Map<string, number>()
  const kept = new Set<string>()
  /** Items that depend on a walk, directly or not. */
  const depends = new Set<string>()
  const sweeps: { direction: Direction; over?: string; names: string[] }[] = []
  for (const circle of circlesOf(reads)) {
    const inside = new Set(circle)
    const all = circle.flatMap((name) => reads.get(name)!.map((d) => ({ ...d, by: name })))
    const recurrent =
      circle.length > 1 || all.some((d) => inside.has(d.name)) || circle.some((name) => directions.has(name))
    const outer = all.filter((d) => !inside.has(d.name))
    const stateful = recurrent || outer.some((d) => place.has(d.name) && depends.has(d.name))
    for (const d of all)
      if (d.reach !== 'end' && !isNear(d.reach, bodies.get(d.name)!.kind, directions.get(d.name)))
        kept.add(d.name)
    if (stateful) for (const name of circle) depends.add(name)
    if (!stateful && bodies.get(circle[0])!.kind !== 'output') continue
    const wanted = recurrent
      ? directionOf(
          layer,
          circle,
          directions,
          all.filter((d) => inside.has(d.name)),
        )
      : undefined
    let least = 0
    for (const d of outer) {
      const at = place.get(d.name)
      if (at === undefined || !depends.has(d.name)) continue
      const there = sweeps[at].direction
      const along = d.reach !== 'end' && (there === 'forward' ? d.reach.to <= 0 : d.reach.from >= 0)
      const together =
        along && (wanted === undefined || wanted === there) && over.get(d.name) === over.get(circle[0])
      least = Math.max(least, together ? at : at + 1)
    }
    let at = sweeps.findIndex(
      (s, i) =>
        i >= least && (wanted === undefined || s.direction === wanted) && s.over === over.get(circle[0]),
    )
    if (at < 0) at = sweeps.push({ direction: wanted ?? 'forward', over: over.get(circle[0]), names: [] }) - 1
    sweeps[at].names.push(...circle)
    for (const name of circle) place.set(name, at)
    for (const d of outer) if (d.reach !== 'end' && (place.get(d.name) ?? at) < at) kept.add(d.name)
  }

  const items = [...bodies.values()].map(({ kind, name }): Item => ({
    kind,
    name,
    over: over.get(name),
    keep: kept.has(name),
  }))
  const item = new Map(items.map((i) => [i.name, i]))
  return {
    items,
    sweeps: sweeps.map((s) => ({
      direction: s.direction,
      over: s.over,
      items: s.names.map((name) => item.get(name)!),
    })),
  }
}

/** This token's value, and a state's before this token, are at hand without keeping more. */
const isNear = (reach: { from: number; to: number }, kind: Item['kind'], direction?: Direction): boolean => {
  const before = kind !== 'state' ? 0 : direction === 'backward' ? 1 : -1
  return reach.from >= Math.min(before, 0) && reach.to <= Math.max(before, 0)
}

const directionOf = (
  layer: Layer,
  circle: readonly string[],
  directions: ReadonlyMap<string, Direction>,
  inner: readonly Dependency[],
): Direction => {
  const refuse = (reason: string): never => {
    throw new MixError([
      diagnostic('form-not-available', { what: layer.name, form: 'recurrent', reason }, layer.span),
    ])
  }
  const stated = new Set(circle.flatMap((name) => directions.get(name) ?? []))
  if (stated.size > 1) return refuse('states that run forwards and backwards feed each other')
  const forward = inner.every((d) => d.reach !== 'end' && d.reach.to <= 0)
  const backward = inner.every((d) => d.reach !== 'end' && d.reach.from >= 0)
  const direction = [...stated][0] ?? (forward ? 'forward' : 'backward')
  if (direction === 'forward' ? !forward : !backward)
    return refuse(`${circle.join(' and ')} would have to be known before being computed`)
  return direction
}

/** Everything with a value per token that an expression reads, and how far away. */
const dependenciesOf = (value: Expr, binder: Binder | undefined, dims: Dims): readonly Dependency[] => {
  const found: Dependency[] = []
  type Bounds = ReadonlyMap<string, readonly [number, number]>
  const bind = (b: Binder, bounds: Bounds): Bounds => {
    const from = rangeOf(b.from, bounds, dims)[0]
    return new Map([...bounds, [b.variable, [from, Math.max(from, rangeOf(b.to, bounds, dims)[1] - 1)]]])
  }
  const walk = (e: Expr, bounds: Bounds): void => {
    switch (e.kind) {
      case 'number':
      case 'infinity':
      case 'bool':
      case 'size':
      case 'variable':
      case 'local':
      case 'position':
      case 'length':
      case 'identity':
        return
      case 'param':
        if (e.element) walk(e.element, bounds)
        return
      case 'input':
      case 'let':
      case 'output':
      case 'state': {
        const { at } = e
        const element = e.kind === 'output' ? undefined : e.element
        if (element) walk(element, bounds)
        switch (at.kind) {
          case 'now':
            found.push({ name: e.name, reach: { from: 0, to: 0 } })
            return
          case 'earlier': {
            const [from, to] = rangeOf(at.by, bounds, dims)
            found.push({ name: e.name, reach: { from: -to, to: -from } })
            return
          }
          case 'token': {
            const [from, to] = bounds.get(at.variable) ?? bug(`no bounds for ${at.variable}`)
            found.push({ name: e.name, reach: { from, to } })
            return
          }
          case 'end':
            found.push({ name: e.name, reach: 'end' })
            return
        }
        return at satisfies never
      }
      case 'transpose':
      case 'negate':
      case 'not':
        return walk(e.value, bounds)
      case 'binary':
        walk(e.left, bounds)
        walk(e.right, bounds)
        return
      case 'call': {
        const start = found.length
        for (const arg of e.args) walk(arg, bounds)
        if (e.fn === 'window_softmax') {
          const width = rangeOf(e.args[3], bounds, dims)[1]
          found.splice(
            start,
            Infinity,
            ...found
              .slice(start)
              .map((d) =>
                d.reach === 'end' ? d : { ...d, reach: { from: d.reach.from - width + 1, to: d.reach.to } },
              ),
          )
        }
        return
      }
      case 'component':
        walk(e.value, bounds)
        walk(e.index, bounds)
        return
      case 'let-in':
        walk(e.value, bounds)
        walk(e.body, bounds)
        return
      case 'fold':
        walk(e.initial, bounds)
        walk(e.body, bind(e.binder, bounds))
        return
      case 'reduce':
        walk(e.body, bind(e.binder, bounds))
        return
      default:
        return e satisfies never
    }
  }
  walk(value, binder ? bind(binder, new Map()) : new Map())
  return found
}

/** The smallest and largest value of a whole-number expression; unbounded where it depends on data. */
const rangeOf = (
  e: Expr,
  bounds: ReadonlyMap<string, readonly [number, number]>,
  dims: Dims,
): readonly [number, number] => {
  const within = (x: Expr): readonly [number, number] => rangeOf(x, bounds, dims)
  switch (e.kind) {
    case 'number': {
      const n = Number(e.value.numerator) / Number(e.value.denominator)
      return [n, n]
    }
    case 'size': {
      const n = sizeOf(e.size, dims)
      return [n, n]
    }
    case 'variable':
      return bounds.get(e.name) ?? [-Infinity, Infinity]
    case 'negate': {
      const [from, to] = within(e.value)
      return [-to, -from]
    }
    case 'binary': {
      const [a, b] = [within(e.left), within(e.right)]
      if (e.op === '+') return [a[0] + b[0], a[1] + b[1]]
      if (e.op === '-') return [a[0] - b[1], a[1] - b[0]]
      if (e.op === '*') {
        const products = a.flatMap((x) => b.map((y) => x * y))
        return [Math.min(...products), Math.max(...products)]
      }
      return [-Infinity, Infinity]
    }
    default:
      return [-Infinity, Infinity]
  }
}

/** The strongly connected components, each after those it reads (Tarjan 1972). */
const circlesOf = (reads: ReadonlyMap<string, readonly Dependency[]>): readonly (readonly string[])[] => {
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const circles: string[][] = []
  const visit = (name: string): void => {
    order.set(name, order.size)
    low.set(name, order.get(name)!)
    stack.push(name)
    for (const { name: next } of reads.get(name)!) {
      if (!order.has(next)) {
        visit(next)
        low.set(name, Math.min(low.get(name)!, low.get(next)!))
      } else if (stack.includes(next)) low.set(name, Math.min(low.get(name)!, order.get(next)!))
    }
    if (low.get(name) === order.get(name)) circles.push(stack.splice(stack.indexOf(name)))
  }
  for (const name of reads.keys()) if (!order.has(name)) visit(name)
  return circles
}
