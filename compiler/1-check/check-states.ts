import { circlesIn, dependenciesOf, type Dependencies } from './dependencies.ts'
import { checkDegree } from './infer-degree.ts'
import type { Expr, Layer, Update } from './layer.ts'
import { toNumber } from '../rational.ts'
import type { Report } from './report.ts'
import { checkSequences } from './check-sequences.ts'
import { walk } from './walk.ts'

/**
 * What the states of a layer must satisfy: at each token everything can be computed in some order, a circle of
 * states runs in one direction and is affine in all of them. Gives each update its direction.
 */
export const checkStates = (layer: Layer, report: Report): Layer => {
  const directed = withDirections(layer, report)
  const dependencies = dependenciesOf(directed)
  const sameToken = circlesIn(dependencies, ({ when }) => when === 'same')
  for (const circle of sameToken) reportCircle(circle, dependencies, directed, report)
  const circles = circlesIn(dependencies)
  const entangled = sameToken.flat()
  for (const circle of circles) checkCircle(circle, dependencies, directed, entangled, report)
  checkReads(directed, report)
  checkSequences(directed, report)
  return directed
}

/** `R[t] = … R[t+1] …` runs backward. */
const withDirections = (layer: Layer, report: Report): Layer => ({
  ...layer,
  updates: layer.updates.map((update): Update => {
    const own = statesIn(update.value).filter((read) => read.name === update.state)
    const ahead = own.filter((read) => isAhead(read))
    const behind = own.find((read) => read.at.kind === 'earlier' && !isAhead(read))
    if (ahead.length === 0) return update
    if (behind)
      report('mixed-directions', { state: update.state }, ahead[0].span, {
        labels: [{ span: behind.span, message: 'here the token before' }],
        help: 'declare two states, one for each direction',
      })
    return { ...update, direction: 'backward' }
  }),
})

type StateRead = Extract<Expr, { kind: 'state' }>

const statesIn = (expr: Expr): readonly StateRead[] => {
  const found: StateRead[] = []
  walk(expr, (e) => {
    if (e.kind === 'state') found.push(e)
  })
  return found
}

const isAhead = (read: StateRead): boolean =>
  read.at.kind === 'earlier' && read.at.by.kind === 'number' && toNumber(read.at.by.value) < 0

/** `S[t+1]` is there only where S runs backward, `S[t-1]` where it runs forward. */
const checkReads = (layer: Layer, report: Report): void => {
  const backward = new Set(layer.updates.filter((u) => u.direction === 'backward').map((u) => u.state))
  const known = new Set(layer.updates.map((u) => u.state))
  for (const { value } of [...layer.lets, ...layer.updates, ...layer.outputs])
    for (const read of statesIn(value)) {
      if (read.at.kind !== 'earlier' || !known.has(read.name)) continue
      const own = layer.updates.find((u) => u.state === read.name && u.value === value)
      if (own || isAhead(read) === backward.has(read.name)) continue
      const why = backward.has(read.name)
        ? `${read.name} runs from the last token to the first, so it is read at t or t+1`
        : `${read.name} runs from the first token to the last, so it is read at t or t-1`
      report('time-index', { name: read.name, why }, read.span)
    }
}

/** Something of this token that needs itself. */
const reportCircle = (
  circle: readonly string[],
  dependencies: Dependencies,
  layer: Layer,
  report: Report,
): void => {
  const inside = (name: string) =>
    (dependencies.get(name) ?? []).filter((d) => circle.includes(d.on) && d.when === 'same')
  const state = circle.find((name) => layer.states.some((s) => s.name === name))
  const first = state ?? circle[0]
  const [read] = inside(first)
  const labels = circle
    .filter((name) => name !== first)
    .flatMap((name) => inside(name).slice(0, 1))
    .map((d) => ({ span: d.span, message: `${d.on} is needed here` }))
  const help = state ? `read ${state} before this token, as ${state}[t-1]` : undefined
  report('circular-definition', { name: first }, read.span, { labels, ...(help ? { help } : {}) })
}

const checkCircle = (
  circle: readonly string[],
  dependencies: Dependencies,
  layer: Layer,
  reported: readonly string[],
  report: Report,
): void => {
  const states = circle.filter((name) => layer.states.some((s) => s.name === name))
  const reads = circle.flatMap((name) => (dependencies.get(name) ?? []).filter((d) => circle.includes(d.on)))
  if (states.length === 0) {
    if (!circle.some((name) => reported.includes(name)))
      report('circular-definition', { name: reads[0].on }, reads[0].span, {
        help: 'what carries over from token to token is declared as a state',
      })
    return
  }
  const end = reads.find((d) => d.when === 'end')
  if (end) {
    report('end-too-early', { state: end.on }, end.span)
    return
  }
  const updates = states.flatMap((state) => layer.updates.find((u) => u.state === state) ?? [])
  const [first] = updates
  const other = updates.find((u) => u.direction !== first.direction)
  if (first && other) {
    report('mixed-directions', { state: first.state }, other.span, {
      labels: [
        { span: first.span, message: `${first.state} runs the other way and depends on ${other.state}` },
      ],
    })
    return
  }
  if (layer.recurrentOnly) return
  const stratum = { states: new Set(states), layer }
  for (const update of updates) checkDegree(update.value, stratum, report)
}
