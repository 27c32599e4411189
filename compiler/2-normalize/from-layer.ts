import { diagnostic, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Layer, Update } from '../1-check/layer.ts'
import { evaluate as evaluateSize, type Dims } from '../1-check/size.ts'
import { bug } from '../pass.ts'
import { decayForm } from './decay-form.ts'
import { evaluate, type Scope } from './evaluate.ts'
import { linearInReads, spread, type Linear } from './linear-reads.ts'
import * as P from './polynomial.ts'
import type { Polynomial, Read } from './polynomial.ts'
import type { LayerProgram, MicroOp, OutputProgram, ReadTerm, StateProgram } from './state-program.ts'
import {
  asLanes,
  asMatrix,
  matrix,
  refuse,
  Refusal,
  type Matrix,
  type StateVersion,
  type Value,
} from './value.ts'

/** One micro-step: S ← left S right + Σ u wᵀ, u and w as the spec gives them. */
interface MicroStep {
  readonly left: Polynomial
  readonly right: Polynomial
  readonly writes: readonly { readonly u: Polynomial; readonly w: Polynomial }[]
}

interface StateSteps {
  readonly name: string
  readonly rows: number
  readonly cols: number
  readonly steps: MicroStep[]
}

export type FromLayer =
  | { readonly kind: 'program'; readonly program: LayerProgram }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

/**
 * The equations as linear state programs.
 *
 *     S[t] = a·(I − β k kᵀ) S[t−1] + β k vᵀ  ⇒  read k → r; decay a; write k, β·v − a·β·r
 *
 * Reads stand where their version of the state exists, decays where the micro-step has them; later passes move them.
 */
export const fromLayer = (layer: Layer, dims: Dims): FromLayer => {
  const diagnostics: Diagnostic[] = []
  const refused = (what: string, span: Update['span'], reason: string): void => {
    diagnostics.push(diagnostic('form-not-available', { what, form: 'compiled', reason }, span))
  }
  const attempt = <T>(what: string, span: Update['span'], f: () => T): T | undefined => {
    try {
      return f()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused(what, span, error.reason)
      return undefined
    }
  }
  if (layer.recurrentOnly) refused(layer.name, layer.span, 'a nonlinear recurrence is not lowered')
  for (const port of [...layer.inputs, ...layer.outputs])
    if (port.over) refused(port.name, port.span, 'a second sequence is not lowered')

  const states = new Map<string, StateSteps>()
  for (const state of layer.states) {
    if (state.type.element === 'complex')
      refused(`the state ${state.name}`, state.span, 'complex values are not lowered')
    if (state.type.count) refused(`the state ${state.name}`, state.span, 'arrays of states are not lowered')
    const rows = evaluateSize(state.type.rows, dims)
    const cols = evaluateSize(state.type.cols, dims)
    states.set(state.name, { name: state.name, rows, cols, steps: [] })
  }
  if (diagnostics.length > 0) return { kind: 'refused', diagnostics }

  const version = (name: string, at: number): StateVersion => {
    const { rows, cols } = states.get(name) ?? bug(`there is no state ${name}`)
    return { name, rows, cols, version: at }
  }
  const scopeOf = (extra: Partial<Scope>): Scope => ({
    layer,
    dims,
    variables: new Map(),
    locals: new Map(),
    lets: new Map(),
    state: (name, at) => version(name, at === 'before' ? 0 : states.get(name)!.steps.length),
    ...extra,
  })

  for (const update of layer.updates) {
    attempt(`the state ${update.state}`, update.span, () => {
      if (update.direction === 'backward')
        return refuse('a scan from the last token to the first is not lowered')
      if (update.binder) return refuse('arrays of states are not lowered')
      const own = states.get(update.state)!
      const take = (to: Matrix): StateVersion => {
        own.steps.push(microStep(to, update.state, own.steps.length))
        return version(update.state, own.steps.length)
      }
      const scope = scopeOf({
        step: take,
        state: (name, at) => (at === 'before' ? version(name, 0) : refuse('S[t] in its own update')),
      })
      const value = evaluate(update.value, scope)
      take(asMatrixOf(value, own))
      return undefined
    })
  }
  if (diagnostics.length > 0) return { kind: 'refused', diagnostics }

  const scope = scopeOf({})
  const outputs = layer.outputs.map((output) =>
    attempt(`the output ${output.name}`, output.span, () => {
      const value = asLanes(evaluate(output.value, scope)) ?? refuse('a matrix per token is not lowered')
      return { name: output.name, rows: value.rows, cols: value.cols, value: value.value }
    }),
  )
  if (diagnostics.length > 0) return { kind: 'refused', diagnostics }

  const outputReads = outputs.flatMap((o) => P.readsIn(o!.value))
  const assembled = [...states.values()].map((s) => {
    const span = layer.updates.find((u) => u.state === s.name)!.span
    return attempt(`the state ${s.name}`, span, () =>
      assemble(
        s,
        outputReads.filter((r) => r.state === s.name),
      ),
    )
  })
  if (diagnostics.length > 0) return { kind: 'refused', diagnostics }
  const ids = new Map(
    assembled.flatMap((a) =>
      [...a!.ids].map(([key, id]) => [key, { state: a!.program.state, read: id }] as const),
    ),
  )
  return {
    kind: 'program',
    program: {
      name: layer.name,
      states: assembled.map((a) => a!.program),
      outputs: outputs.map((o) => outputProgram(o!, ids)),
    },
  }
}

const asMatrixOf = (value: Value, state: { readonly rows: number; readonly cols: number }): Matrix => {
  const m = asMatrix(value)
  return matrix(state.rows, state.cols, m.terms)
}

/** Read a matrix as a micro-step of `state`, whose current version is `current`. */
const microStep = (m: Matrix, state: string, current: number): MicroStep => {
  const carriers: { left: Polynomial; right: Polynomial }[] = []
  const writes: { u: Polynomial; w: Polynomial }[] = []
  for (const term of m.terms) {
    switch (term.kind) {
      case 'state':
        if (term.state.name !== state)
          return refuse(
            `the state ${term.state.name} stands in the update of ${state}; coupled states are not lowered`,
          )
        if (term.state.version !== current) return refuse('the state is carried along two paths at once')
        if (term.transposed) return refuse('the transposed state stands in its own update')
        carriers.push({ left: term.left, right: term.right })
        break
      case 'outer':
        writes.push({ u: term.u, w: term.w })
        break
      case 'diagonal':
        return refuse(
          `a diagonal of ${m.rows} entries is written at each token; only outer products are lowered`,
        )
      case 'given':
        return refuse('a whole matrix is written at each token; only outer products are lowered')
    }
  }
  return { ...mergeCarriers(carriers), writes }
}

/** The one diagonal carrier of the state: diag(left) S diag(right). */
const mergeCarriers = (
  carriers: readonly { left: Polynomial; right: Polynomial }[],
): { left: Polynomial; right: Polynomial } => {
  if (carriers.length === 0) return { left: P.zero, right: P.one }
  const collect = (
    fixed: 'left' | 'right',
    summed: 'left' | 'right',
  ): Map<string, { left: Polynomial; right: Polynomial }> => {
    const groups = new Map<string, { left: Polynomial; right: Polynomial }>()
    for (const carrier of carriers) {
      const { scalar, vector } = P.splitScalar(carrier[fixed])
      const moved = P.multiply(carrier[summed], scalar)
      const key = P.keyOf(vector)
      const before = groups.get(key)
      const sum = before ? P.add(before[summed], moved) : moved
      groups.set(key, fixed === 'right' ? { left: sum, right: vector } : { left: vector, right: sum })
    }
    return groups
  }
  for (const groups of [collect('right', 'left'), collect('left', 'right')])
    if (groups.size === 1) return [...groups.values()][0]
  return refuse('the state decays entry by entry, not by a row and a column factor; that needs the scan form')
}

/** A read that is the same wherever it is spelt: its atom's key. */
const readKey = (r: Read): string => `read(${r.state}@${r.version}, ${r.axis}, ${P.keyOf(r.p)})`

const assemble = (
  own: StateSteps,
  outputReads: readonly Read[],
): { readonly program: StateProgram; readonly ids: ReadonlyMap<string, string> } => {
  const feeding = own.steps.flatMap((s) => s.writes.flatMap((w) => [...P.readsIn(w.u), ...P.readsIn(w.w)]))
  const foreign = feeding.find((r) => r.state !== own.name)
  if (foreign)
    return refuse(
      `the update of ${own.name} uses a read of ${foreign.state}; states that lean on one another are not lowered`,
    )
  const axes = new Set((feeding.length > 0 ? feeding : outputReads).map((r) => r.axis))
  if (feeding.length > 0 && axes.size > 1)
    return refuse('low-rank factors stand on both sides of the state at once (two UT transforms)')
  const transposed = axes.size === 1 && axes.has('columns')
  const keyAxis = transposed ? 'columns' : 'rows'
  const [K, V] = transposed ? [own.cols, own.rows] : [own.rows, own.cols]

  const ids = new Map<string, string>()
  const reads = new Map<number, Read[]>()
  for (const read of [...feeding, ...outputReads]) {
    const key = readKey(read)
    if (ids.has(key)) continue
    ids.set(key, `r${ids.size + 1}`)
    reads.set(read.version, [...(reads.get(read.version) ?? []), read])
  }
  const ops: MicroOp[] = []
  const readAt = (at: number): void => {
    for (const read of reads.get(at) ?? [])
      ops.push({
        kind: 'read',
        id: ids.get(readKey(read))!,
        axis: read.axis === keyAxis ? 'key' : 'value',
        p: read.p,
      })
  }
  own.steps.forEach((step, i) => {
    readAt(i)
    const [key, value] = transposed ? [step.right, step.left] : [step.left, step.right]
    if (!P.isOne(key)) ops.push({ kind: 'decay', axis: 'key', ...decayForm(key) })
    if (!P.isOne(value)) ops.push({ kind: 'decay', axis: 'value', ...decayForm(value) })
    for (const { u, w } of step.writes) {
      const [along, across] = transposed ? [w, u] : [u, w]
      for (const { k, x } of separate(along, across)) {
        if (P.readsIn(k).length > 0)
          return refuse('what is read from the state is used on both sides of a write')
        const linear =
          linearInReads(x) ??
          refuse('a write uses a read otherwise than times something given (it mixes columns of the state)')
        ops.push({ kind: 'write', k, given: linear.given, terms: readTerms(linear, ids) })
      }
    }
  })
  readAt(own.steps.length)
  return { program: { state: own.name, transposed, K, V, ops }, ids }
}

/** Of a state with one column a read is a scalar: where it stands in a key it belongs to the value. */
const separate = (
  k: Polynomial,
  x: Polynomial,
): readonly { readonly k: Polynomial; readonly x: Polynomial }[] =>
  P.readsIn(k).length === 0
    ? [{ k, x }]
    : spread(k).map((term) => {
        const { shared, varying } = P.splitLanes(term)
        return { k: P.ofTerm(varying, k.lanes), x: P.multiply(x, P.ofTerm(shared)) }
      })

const readTerms = (linear: Linear, ids: ReadonlyMap<string, string>): readonly ReadTerm[] =>
  linear.terms.map((t) => ({
    read: ids.get(readKey(t.read)) ?? bug(`no id for ${t.key}`),
    coefficient: t.coefficient,
  }))

const outputProgram = (
  output: { readonly name: string; readonly rows: number; readonly cols: number; readonly value: Polynomial },
  ids: ReadonlyMap<string, { readonly state: string; readonly read: string }>,
): OutputProgram => {
  const shape = { name: output.name, rows: output.rows, cols: output.cols }
  const linear = linearInReads(output.value)
  // A scalar times a read is kept as a function here; `scale-output-reads` moves it into the read's key.
  if (linear && linear.terms.every((t) => P.isOne(t.coefficient)))
    return {
      ...shape,
      kind: 'linear',
      reads: linear.terms.map((t) => ids.get(readKey(t.read)) ?? bug(`no id for ${t.key}`)),
      direct: linear.given,
    }
  const reads = P.readsIn(output.value).map((read) => {
    const key = readKey(read)
    return { ...(ids.get(key) ?? bug(`no id for ${key}`)), atom: key }
  })
  return { ...shape, kind: 'function', value: output.value, reads }
}
