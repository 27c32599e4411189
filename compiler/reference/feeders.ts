import type { Expr, Layer } from '../1-check/layer.ts'
import { childrenOf } from '../1-check/walk.ts'

/**
 * The inputs and params that a state, let or output depends on, through whatever lies between; a state's initial
 * param among them. A state fed only by tensors of G heads has G heads itself.
 */
export const feedersOf = (layer: Layer): ((name: string) => readonly string[]) => {
  const bodies = new Map<string, readonly Expr[]>([
    ...layer.lets.map((l) => [l.name, [l.value]] as const),
    ...layer.outputs.map((o) => [o.name, [o.value]] as const),
    ...layer.updates.map((u) => [u.state, [u.value]] as const),
  ])
  const initial = new Map(layer.states.map((s) => [s.name, s.initial]))
  return (name) => {
    const seen = new Set<string>()
    const feeders = new Set<string>()
    const visit = (at: string): void => {
      if (seen.has(at)) return
      seen.add(at)
      const starts = initial.get(at)
      if (starts !== undefined) feeders.add(starts)
      bodies.get(at)?.forEach(walk)
    }
    const walk = (e: Expr): void => {
      if (e.kind === 'input' || e.kind === 'param') feeders.add(e.name)
      if (e.kind === 'let' || e.kind === 'output' || e.kind === 'state') visit(e.name)
      childrenOf(e).forEach(walk)
    }
    visit(name)
    return [...feeders]
  }
}
