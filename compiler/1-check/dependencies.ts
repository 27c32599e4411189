import type { Span } from '../../diagnostics/source.ts'
import type { Expr, Layer } from './layer.ts'
import { intervalOf } from './intervals.ts'
import { binderOf } from './locals.ts'
import { walk } from './walk.ts'

/** A read of a let, an output or a state, by a let, an output or an update. */
export interface Dependency {
  readonly on: string
  /** `same`: of this token; `delayed`: of an earlier one in the order of the scan; `end`: after all tokens. */
  readonly when: 'same' | 'delayed' | 'end'
  readonly span: Span
}

/** Who reads whom. A state stands for its update. */
export type Dependencies = ReadonlyMap<string, readonly Dependency[]>

export const dependenciesOf = (layer: Layer): Dependencies =>
  new Map([
    ...layer.lets.map((l) => [l.name, readsIn(l.value, layer)] as const),
    ...layer.outputs.map((o) => [o.name, readsIn(o.value, layer)] as const),
    ...layer.updates.map((u) => [u.state, readsIn(u.value, layer)] as const),
  ])

const readsIn = (expr: Expr, layer: Layer): readonly Dependency[] => {
  const found: Dependency[] = []
  walk(expr, (e) => {
    if (e.kind !== 'let' && e.kind !== 'output' && e.kind !== 'state') return
    found.push({ on: e.name, when: whenOf(e, layer), span: e.span })
  })
  return found
}

const whenOf = (
  expr: Extract<Expr, { kind: 'let' | 'output' | 'state' }>,
  layer: Layer,
): Dependency['when'] => {
  const { at } = expr
  switch (at.kind) {
    case 'now':
      return 'same'
    case 'end':
      return 'end'
    case 'token': {
      const last = binderOf(layer, at.variable)?.to
      return last && (intervalOf(last, layer)?.to ?? 1) <= 0 ? 'delayed' : 'same'
    }
    case 'earlier':
      return expr.kind === 'state' || (intervalOf(at.by, layer)?.from ?? 0) >= 1 ? 'delayed' : 'same'
  }
}

/**
 * The groups of names that depend on one another in a circle (through what `follow` lets through), each after
 * those that it depends on; a name that does not reach itself is not in any.
 */
export const circlesIn = (
  dependencies: Dependencies,
  follow: (dependency: Dependency) => boolean = () => true,
): readonly (readonly string[])[] => {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const circles: string[][] = []
  const visit = (name: string): void => {
    index.set(name, index.size)
    low.set(name, index.get(name)!)
    stack.push(name)
    const reads = (dependencies.get(name) ?? []).filter(follow)
    for (const { on } of reads) {
      if (!dependencies.has(on)) continue
      if (!index.has(on)) visit(on)
      if (stack.includes(on)) low.set(name, Math.min(low.get(name)!, low.get(on)!))
    }
    if (low.get(name) !== index.get(name)) return
    const circle = stack.splice(stack.indexOf(name))
    if (circle.length > 1 || reads.some(({ on }) => on === name)) circles.push(circle)
  }
  for (const name of dependencies.keys()) if (!index.has(name)) visit(name)
  return circles
}
