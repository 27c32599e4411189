import type { DecayPlan, KernelPlan, StepPlan } from '../../3-plan/kernel-plan.ts'
import { bug } from '../../pass.ts'
import {
  accumulate,
  add,
  groupX,
  groupZ,
  int,
  lane,
  less,
  letF,
  letI,
  load,
  loop,
  mul,
  name,
  real,
  region,
  store,
  variable,
  when,
} from '../build.ts'
import type { Expr, Statement } from '../loop-ir.ts'
import type { Stage } from '../lowered.ts'
import { chunkCount, chunkFirstRow, chunkFirstToken, operandAt, scaled, sequenceChunkCount, sequenceFirstChunk, stateBuffer, stateIndex } from '../places.ts' // prettier-ignore
import { program } from '../program.ts'
import { putSink, sinksOf, type Sink } from '../sinks.ts'

/** The most columns of V that a workgroup takes, one per invocation. */
const columnsPerWorkgroup = 64
/** Up to this many rows the state of a column stands in registers, its loops unrolled. */
const unrollRows = 64

/** The state after a decay, one entry. */
export const decayed = (
  frameSize: number,
  decay: DecayPlan | undefined,
  row: Expr,
  at: Expr,
  value: Expr,
): Expr => {
  if (!decay) return value
  const factor = operandAt(frameSize, { kind: 'field', field: decay.field }, row, at)
  switch (decay.form) {
    case 'expm1':
      // Slow decays: S + expm1(g)·S keeps the digits that exp(g)·S rounds away at each token.
      return add(value, mul(factor, value))
    case 'plain':
      return mul(factor, value)
    case 'log':
      return bug('the recurrent form keeps expm1 of a log decay')
  }
}

/**
 * The reads and written values of one token in the order in which they lean on one another, as `let`s `r<j>` and
 * `x<w>`; `partial(j)` is what read j gets from the state before the token.
 */
export const tokenValues = (
  step: StepPlan,
  frameSize: number,
  row: Expr,
  v: Expr,
  wanted: readonly number[],
  partial: (read: number) => Expr,
): readonly Statement[] => {
  const statements: Statement[] = []
  const done = new Set<string>()
  const needRead = (j: number): Expr => {
    if (!done.has(`r${j}`)) {
      done.add(`r${j}`)
      const { pairs, scale } = step.reads[j]
      const own = pairs.map((pair): Expr => {
        if (pair.kind !== 'key') return bug('a read along V has no place among the values of a column')
        return mul(
          operandAt(frameSize, pair.dot, row, v),
          scaled(frameSize, pair.scale, row, v, needWrite(pair.write)),
        )
      })
      statements.push(letF(`r${j}`, add(scaled(frameSize, scale, row, v, partial(j)), ...own)))
    }
    return name(`r${j}`)
  }
  const needWrite = (w: number): Expr => {
    if (!done.has(`x${w}`)) {
      done.add(`x${w}`)
      const { given, terms } = step.writes[w]
      const parts = terms.map((t) => mul(operandAt(frameSize, t.coefficient, row, v), needRead(t.read)))
      statements.push(letF(`x${w}`, add(given ? operandAt(frameSize, given, row, v) : real(0), ...parts)))
    }
    return name(`x${w}`)
  }
  wanted.forEach(needRead)
  step.writes.forEach((_, w) => needWrite(w))
  return statements
}

/**
 * The recurrence itself, token by token. An invocation owns one column of the state, which no other column meets:
 * no barrier is needed.
 */
export const recurrent = (plan: KernelPlan, state: number): Stage => {
  const step = plan.states[state]
  const { K, V } = step
  const sinks = sinksOf(plan, state)
  const columns = Math.min(V, columnsPerWorkgroup)
  const unroll = K <= unrollRows
  const { frameSize } = plan
  const [row, v, d] = [name('row'), name('v'), name('d')]
  const overRows = (body: readonly Statement[]): Statement => loop('d', int(0), int(K), body, { unroll })
  const used = step.reads.flatMap((read, j) =>
    read.feeds || sinks.some((s) => s.reads.includes(j)) ? [j] : [],
  )

  const token: readonly Statement[] = [
    letI('row', add(name('firstRow'), name('i'))),
    ...used.map((j) => variable(`p${j}`, real(0))),
    ...(used.length === 0
      ? []
      : [
          overRows(
            used.map((j) =>
              accumulate(`p${j}`, mul(operandAt(frameSize, step.reads[j].p, row, d), load('own.S', d))),
            ),
          ),
        ]),
    ...tokenValues(step, frameSize, row, v, used, (j) => name(`p${j}`)),
    ...sinks.map((sink) =>
      putSink(sink, row, add(name('firstToken'), name('i')), v, sinkValue(sink, frameSize, row, v)),
    ),
    ...step.writes.map((w, n) => letF(`y${n}`, scaled(frameSize, w.scale, row, v, name(`x${n}`)))),
    overRows([
      store(
        'own.S',
        d,
        add(
          decayed(frameSize, step.value, row, v, decayed(frameSize, step.key, row, d, load('own.S', d))),
          ...step.writes.map((w, n) => mul(operandAt(frameSize, w.k, row, d), name(`y${n}`))),
        ),
      ),
    ]),
  ]
  const column: readonly Statement[] = [
    loop(
      'd',
      int(0),
      int(K),
      [store('own.S', d, load(stateBuffer(step.state), stateIndex(step, groupX, d, v)))],
      { unroll },
    ),
    letI('firstChunk', sequenceFirstChunk(groupX)),
    loop('chunk', name('firstChunk'), add(name('firstChunk'), sequenceChunkCount(groupX)), [
      letI('firstToken', chunkFirstToken(name('chunk'))),
      letI('firstRow', chunkFirstRow(name('chunk'))),
      loop('i', int(0), chunkCount(name('chunk')), token),
    ]),
    loop(
      'd',
      int(0),
      int(K),
      [store(stateBuffer(step.state), stateIndex(step, groupX, d, v), load('own.S', d))],
      { unroll },
    ),
  ]
  return {
    grid: { x: 'sequences', z: Math.ceil(V / columns) },
    program: program({
      name: 'recurrent',
      doc: 'Token by token: decay, read, write; one column of the state per invocation.',
      workgroupSize: columns,
      private: [{ name: 'own.S', element: 'f32', size: K }],
      body: [
        region(
          'the tokens of a sequence',
          letI('v', add(mul(groupZ, int(columns)), lane)),
          when(less(v, int(V)), column),
        ),
      ],
    }),
  }
}

const sinkValue = (sink: Sink, frameSize: number, row: Expr, v: Expr): Expr =>
  add(
    ...sink.reads.map((j) => name(`r${j}`)),
    ...(sink.direct ? [operandAt(frameSize, sink.direct, row, v)] : []),
  )
