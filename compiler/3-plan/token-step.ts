import { decayFactor, decayForm } from '../2-normalize/decay-form.ts'
import * as P from '../2-normalize/polynomial.ts'
import type { Polynomial } from '../2-normalize/polynomial.ts'
import type {
  LayerProgram,
  MicroOp,
  OutputProgram,
  OutputRead,
  ReadOp,
  StateProgram,
} from '../2-normalize/state-program.ts'
import { bug } from '../pass.ts'
import { createFrame, type Frame } from './frame.ts'
import type {
  DecayPlan,
  KernelPlan,
  Operand,
  OutputPlan,
  PairPlan,
  ReadPlan,
  StepPlan,
  WritePlan,
} from './kernel-plan.ts'

/**
 * The step of one token, told relative to the state before it.
 *
 *     decay d; read p → r; write k, x  ⇒  S_{t−1} is read with d⊙p; a write before a read adds (p·k) x to it
 *
 * The recurrent form keeps a decay given as exp(g) as expm1(g), so that slow decays lose nothing; the chunk form
 * keeps g, whose sums it needs.
 */
export const tokenStep = (
  program: LayerProgram,
  form: 'recurrent' | 'chunk',
  chunkSize: number,
): KernelPlan => {
  const frame = createFrame()
  const states = program.states.map((s) => stepOf(s, form, frame))
  const outputs = program.outputs.map((o) => outputOf(o, program, frame))
  return { form, chunkSize, fields: frame.fields(), frameSize: frame.size(), states, outputs }
}

/** The product of the decays of one axis among some ops. */
const decayOver = (ops: readonly MicroOp[], axis: 'key' | 'value'): Polynomial =>
  P.productOf(ops.flatMap((op) => (op.kind === 'decay' && op.axis === axis ? [decayFactor(op)] : [])))

const stepOf = (program: StateProgram, form: 'recurrent' | 'chunk', frame: Frame): StepPlan => {
  const { ops, K, V } = program
  const writeAt = ops.flatMap((op, i) => (op.kind === 'write' ? [i] : []))
  const readAt = ops.flatMap((op, i) => (op.kind === 'read' ? [i] : []))
  const readIndex = new Map(readAt.map((i, n) => [(ops[i] as { id: string }).id, n]))
  const feeding = new Set(ops.flatMap((op) => (op.kind === 'write' ? op.terms.map((t) => t.read) : [])))
  const optional = (name: string, value: Polynomial): Operand | undefined =>
    P.isOne(value) ? undefined : frame.operand(name, value)
  /** A field even where it is constant: a padded token writes and reads nothing because its keys and queries are 0. */
  const vanishing = (name: string, value: Polynomial): Operand =>
    P.isZero(value) ? frame.operand(name, value) : { kind: 'field', field: frame.field(name, value) }

  const pairOf = (
    read: Extract<MicroOp, { kind: 'read' }>,
    at: number,
    between: readonly MicroOp[],
  ): PairPlan => {
    const write = ops[at] as Extract<MicroOp, { kind: 'write' }>
    const index = writeAt.indexOf(at)
    const [key, value] = [decayOver(between, 'key'), decayOver(between, 'value')]
    const name = `${read.id}.w${index + 1}`
    return read.axis === 'key'
      ? {
          kind: 'key',
          write: index,
          dot: vanishing(`${name}.dot`, P.dot(P.multiply(read.p, key), write.k, K)),
          scale: optional(`${name}.scale`, value),
        }
      : {
          kind: 'value',
          write: index,
          k: vanishing(`${name}.k`, P.multiply(write.k, key)),
          y: frame.operand(`${name}.y`, P.multiply(read.p, value)),
        }
  }
  const reads = readAt.map((at): ReadPlan => {
    const op = ops[at]
    if (op.kind !== 'read') return bug('not a read')
    const before = ops.slice(0, at)
    const other = op.axis === 'key' ? 'value' : 'key'
    const pairs = writeAt.filter((w) => w < at).map((w): PairPlan => pairOf(op, w, ops.slice(w + 1, at)))
    return {
      id: op.id,
      axis: op.axis,
      p: vanishing(`${op.id}.p`, P.multiply(decayOver(before, op.axis), op.p)),
      scale: optional(`${op.id}.scale`, decayOver(before, other)),
      feeds: feeding.has(op.id),
      pairs: pairs.filter((p) => p.kind === 'value' || !isZeroOperand(p.dot)),
    }
  })
  const writes = writeAt.map((at, n): WritePlan => {
    const op = ops[at]
    if (op.kind !== 'write') return bug('not a write')
    const after = ops.slice(at + 1)
    return {
      k: vanishing(`w${n + 1}.k`, P.multiply(op.k, decayOver(after, 'key'))),
      scale: optional(`w${n + 1}.scale`, decayOver(after, 'value')),
      given: P.isZero(op.given) ? undefined : frame.operand(`w${n + 1}.given`, op.given),
      terms: op.terms.map((t) => ({
        read: readIndex.get(t.read) ?? bug(`no read ${t.read}`),
        coefficient: frame.operand(`w${n + 1}.${t.read}`, t.coefficient),
      })),
    }
  })
  return {
    state: program.state,
    transposed: program.transposed,
    K,
    V,
    key: decayOf(ops, 'key', form, frame),
    value: decayOf(ops, 'value', form, frame),
    reads,
    writes,
  }
}

const isZeroOperand = (o: Operand): boolean => o.kind === 'constant' && o.value.numerator === 0n

const decayOf = (
  ops: readonly MicroOp[],
  axis: 'key' | 'value',
  form: 'recurrent' | 'chunk',
  frame: Frame,
): DecayPlan | undefined => {
  const total = decayOver(ops, axis)
  if (P.isOne(total)) return undefined
  const kept = decayForm(total)
  const name = axis === 'key' ? 'd' : 'e'
  if (kept.form === 'plain') {
    const field = frame.field(name, kept.value, 1)
    return { form: 'plain', field, lanes: field.lanes }
  }
  const value = form === 'recurrent' ? P.call('expm1', [kept.value]) : kept.value
  const field = frame.field(`log ${name}`, value)
  return { form: form === 'recurrent' ? 'expm1' : 'log', field, lanes: field.lanes }
}

const outputOf = (output: OutputProgram, program: LayerProgram, frame: Frame): OutputPlan => {
  const place = (r: { readonly state: string; readonly read: string }): { state: number; read: number } => {
    const state = program.states.findIndex((s) => s.state === r.state)
    const read = program.states[state].ops
      .filter((op) => op.kind === 'read')
      .findIndex((op) => op.kind === 'read' && op.id === r.read)
    return { state, read }
  }
  const shape = { name: output.name, size: output.rows * output.cols }
  if (output.kind === 'linear' && isOneSink(output, program))
    return {
      ...shape,
      kind: 'linear',
      reads: output.reads.map(place),
      direct: P.isZero(output.direct)
        ? undefined
        : { kind: 'field', field: frame.field(`${output.name}.direct`, output.direct) },
    }
  const { value, reads } = output.kind === 'function' ? output : asFunction(output, program)
  return {
    ...shape,
    kind: 'function',
    value,
    reads: reads.map((r) => {
      const { state, read } = place(r)
      return { state, read, atom: r.atom, lanes: lanesOfRead(program.states[state], readOf(program, r)) }
    }),
  }
}

const readOf = (program: LayerProgram, r: OutputRead): ReadOp => {
  const own = program.states.find((s) => s.state === r.state) ?? bug(`no state ${r.state}`)
  const found = own.ops.find((op) => op.kind === 'read' && op.id === r.read)
  return found?.kind === 'read' ? found : bug(`no read ${r.read}`)
}

const lanesOfRead = (state: StateProgram, read: ReadOp): number => (read.axis === 'key' ? state.V : state.K)

/** Whether a sum of reads comes from one state, along one axis: then its kernel writes the output itself. */
const isOneSink = (output: Extract<OutputProgram, { kind: 'linear' }>, program: LayerProgram): boolean =>
  new Set(output.reads.map((r) => `${r.state} ${readOf(program, r).axis}`)).size === 1

/** A sum of reads of several states (or of none), as a function of kept reads. */
const asFunction = (
  output: Extract<OutputProgram, { kind: 'linear' }>,
  program: LayerProgram,
): { readonly value: Polynomial; readonly reads: readonly (OutputRead & { readonly atom: string })[] } => {
  const reads = output.reads.map((r) => ({ ...r, atom: `${r.state}.${r.read}` }))
  const atoms = reads.map((r): Polynomial => {
    const state = program.states.find((s) => s.state === r.state)!
    const op = readOf(program, r)
    const lanes = lanesOfRead(state, op)
    const read = {
      state: r.state,
      version: 0,
      axis: op.axis === 'key' ? 'rows' : 'columns',
      p: op.p,
      lanes,
    } as const
    return P.ofAtom({ kind: 'read', key: r.atom, lanes, read })
  })
  return { value: P.add(P.sumOf(atoms), output.direct), reads }
}
