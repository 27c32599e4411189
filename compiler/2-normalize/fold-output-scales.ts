import type { Pass } from '../pass.ts'
import { linearInReads } from './linear-reads.ts'
import * as P from './polynomial.ts'
import type { LayerProgram, MicroOp, OutputProgram, OutputRead, ReadOp } from './state-program.ts'

/**
 * An output that is a sum of scaled reads reads with scaled keys instead, and reads that stand at one point become one.
 *
 *     read q → r; out c·r                    ⇒  read c·q → r; out r
 *     read p → r; read q → s; out r + c·s    ⇒  read p + c·q → r; out r
 */
export const foldOutputScales: Pass<LayerProgram> = {
  name: 'fold-output-scales',
  run: (program) => {
    let ops = new Map(program.states.map((s) => [s.state, s.ops]))
    let fresh = 0
    const outputs = program.outputs.map((output): OutputProgram => {
      const folded = foldOutput(output, ops, () => `${output.name}${fresh++ === 0 ? '' : fresh}.read`)
      if (!folded) return output
      ops = folded.ops
      return folded.output
    })
    return { ...program, states: program.states.map((s) => ({ ...s, ops: ops.get(s.state)! })), outputs }
  },
}

type Ops = Map<string, readonly MicroOp[]>

const foldOutput = (
  output: OutputProgram,
  before: Ops,
  name: () => string,
): { readonly output: OutputProgram; readonly ops: Ops } | undefined => {
  const scaled = scaledReads(output)
  if (!scaled) return undefined
  const ops: Ops = new Map(before)
  const points = new Map<
    string,
    { readonly state: string; readonly after: number; p: P.Polynomial; axis: 'key' | 'value' }
  >()
  for (const { state, read, coefficient } of scaled.terms) {
    const own = ops.get(state)!
    const at = own.findIndex((op) => op.kind === 'read' && op.id === read)
    const op = own[at] as ReadOp
    // Reads with nothing but reads between them see the same state.
    let first = at
    while (first > 0 && own[first - 1].kind === 'read') first--
    const key = `${state} ${first} ${op.axis}`
    const p = P.multiply(op.p, coefficient)
    const point = points.get(key)
    if (point) point.p = P.add(point.p, p)
    else points.set(key, { state, after: at, p, axis: op.axis })
  }
  if (
    points.size === scaled.terms.length &&
    scaled.terms.every((t) => P.isOne(t.coefficient)) &&
    output.kind === 'linear'
  )
    return undefined
  const reads: OutputRead[] = []
  for (const point of [...points.values()].toSorted((a, b) => b.after - a.after)) {
    const id = name()
    const own = ops.get(point.state)!
    ops.set(
      point.state,
      own.toSpliced(point.after + 1, 0, { kind: 'read', id, axis: point.axis, p: point.p }),
    )
    reads.unshift({ state: point.state, read: id })
  }
  return {
    output: {
      name: output.name,
      rows: output.rows,
      cols: output.cols,
      kind: 'linear',
      reads,
      direct: scaled.direct,
    },
    ops,
  }
}

interface Scaled {
  readonly terms: readonly (OutputRead & { readonly coefficient: P.Polynomial })[]
  readonly direct: P.Polynomial
}

const scaledReads = (output: OutputProgram): Scaled | undefined => {
  if (output.kind === 'linear')
    return { terms: output.reads.map((r) => ({ ...r, coefficient: P.one })), direct: output.direct }
  const linear = linearInReads(output.value)
  if (!linear || linear.terms.some((t) => t.coefficient.lanes !== 1)) return undefined
  return {
    terms: linear.terms.map((t) => ({
      ...output.reads.find((r) => r.atom === t.key)!,
      coefficient: t.coefficient,
    })),
    direct: linear.given,
  }
}
