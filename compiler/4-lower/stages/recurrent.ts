import type { DecayPlan, KernelPlan, StepPlan } from '../../3-plan/kernel-plan.ts'
import { largestRows } from '../../3-plan/largest-rows.ts'
import { bug } from '../../pass.ts'
import {
  accumulate,
  add,
  div,
  groupX,
  groupZ,
  int,
  intMin,
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
  sub,
  variable,
  when,
} from '../build.ts'
import type { Expr, Statement } from '../loop-ir.ts'
import type { Stage } from '../lowered.ts'
import { chunkCount, chunkFirstRow, chunkFirstToken, operandAt, scaled, sequenceChunkCount, sequenceFirstChunk, stateBuffer, stateIndex } from '../places.ts' // prettier-ignore
import { program } from '../program.ts'
import { putSink, sinksOf, type Sink } from '../sinks.ts'

/** The most invocations of a workgroup. */
const mostLanes = 64
/** Up to this many rows the state of a column stands in registers, its loops unrolled. */
const unrollRows = 128
/** Entries of the state that an invocation may hold in registers: longer programs take devices too long to compile. */
const unrolledEntries = 256

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
  suffix = '',
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
      statements.push(letF(`r${j}${suffix}`, add(scaled(frameSize, scale, row, v, partial(j)), ...own)))
    }
    return name(`r${j}${suffix}`)
  }
  const needWrite = (w: number): Expr => {
    if (!done.has(`x${w}`)) {
      done.add(`x${w}`)
      const { given, terms } = step.writes[w]
      const parts = terms.map((t) => mul(operandAt(frameSize, t.coefficient, row, v), needRead(t.read)))
      statements.push(
        letF(`x${w}${suffix}`, add(given ? operandAt(frameSize, given, row, v) : real(0), ...parts)),
      )
    }
    return name(`x${w}${suffix}`)
  }
  wanted.forEach(needRead)
  step.writes.forEach((_, w) => needWrite(w))
  return statements
}

/** Columns of the state that an invocation owns: what it loads of a token serves all of them. */
const columnsOf = (K: number, V: number): number => {
  const entries = K > unrollRows ? largestRows : unrolledEntries
  return [4, 2].find((m) => V % m === 0 && K * m <= entries) ?? 1
}

/**
 * The recurrence itself, token by token. An invocation owns some columns of the state, which no other columns meet:
 * no barrier is needed.
 */
export const recurrent = (plan: KernelPlan, state: number): Stage => {
  const step = plan.states[state]
  const { K, V } = step
  const sinks = sinksOf(plan, state)
  const own = Array.from({ length: columnsOf(K, V) }, (_, m) => m)
  const lanes = Math.min(V / own.length, mostLanes)
  const columns = lanes * own.length
  const unroll = K <= unrollRows
  const { frameSize } = plan
  const [row, d] = [name('row'), name('d')]
  const v = (m: number): Expr => name(`v${m}`)
  const S = (m: number): string => `own.S${m}`
  const overRows = (body: readonly Statement[]): Statement => loop('d', int(0), int(K), body, { unroll })
  const used = step.reads.flatMap((read, j) =>
    read.feeds || sinks.some((s) => s.reads.includes(j)) ? [j] : [],
  )
  const token: readonly Statement[] = [
    letI('row', add(name('firstRow'), name('i'))),
    ...used.flatMap((j) => own.map((m) => variable(`p${j}.${m}`, real(0)))),
    ...(used.length === 0
      ? []
      : [
          overRows(
            used.flatMap((j) => [
              letF(`q${j}`, operandAt(frameSize, step.reads[j].p, row, d)),
              ...own.map((m) => accumulate(`p${j}.${m}`, mul(name(`q${j}`), load(S(m), d)))),
            ]),
          ),
        ]),
    ...own.flatMap((m) => tokenValues(step, frameSize, row, v(m), used, (j) => name(`p${j}.${m}`), `.${m}`)),
    ...sinks.flatMap((sink) =>
      own.map((m) =>
        putSink(
          sink,
          row,
          add(name('firstToken'), name('i')),
          v(m),
          sinkValue(sink, frameSize, row, v(m), `.${m}`),
        ),
      ),
    ),
    ...step.writes.flatMap((w, n) =>
      own.map((m) => letF(`y${n}.${m}`, scaled(frameSize, w.scale, row, v(m), name(`x${n}.${m}`)))),
    ),
    overRows([
      ...step.writes.map((w, n) => letF(`k${n}`, operandAt(frameSize, w.k, row, d))),
      ...own.map((m) =>
        store(
          S(m),
          d,
          add(
            decayed(frameSize, step.value, row, v(m), decayed(frameSize, step.key, row, d, load(S(m), d))),
            ...step.writes.map((_, n) => mul(name(`k${n}`), name(`y${n}.${m}`))),
          ),
        ),
      ),
    ]),
  ]
  const whole = V % columns === 0
  const first = mul(groupZ, int(columns))
  // The last workgroup may have fewer columns: as many for each invocation, but fewer invocations.
  const here = whole ? int(lanes) : intMin(int(lanes), div(sub(int(V), first), int(own.length)))
  const entry = (m: number): Expr => stateIndex(step, groupX, d, v(m))
  const body: readonly Statement[] = [
    ...own.map((m) => letI(`v${m}`, add(first, mul(int(m), here), lane))),
    overRows(own.map((m) => store(S(m), d, load(stateBuffer(step.state), entry(m))))),
    letI('firstChunk', sequenceFirstChunk(groupX)),
    loop('chunk', name('firstChunk'), add(name('firstChunk'), sequenceChunkCount(groupX)), [
      letI('firstToken', chunkFirstToken(name('chunk'))),
      letI('firstRow', chunkFirstRow(name('chunk'))),
      loop('i', int(0), chunkCount(name('chunk')), token),
    ]),
    overRows(own.map((m) => store(stateBuffer(step.state), entry(m), load(S(m), d)))),
  ]
  return {
    grid: { x: 'sequences', z: Math.ceil(V / columns) },
    program: program({
      name: 'recurrent',
      doc: 'Token by token: decay, read, write; each invocation has columns of the state for itself.',
      workgroupSize: lanes,
      private: own.map((m) => ({ name: S(m), element: 'f32', size: K })),
      body: [region('the tokens of a sequence', ...(whole ? body : [when(less(lane, here), body)]))],
    }),
  }
}

const sinkValue = (sink: Sink, frameSize: number, row: Expr, v: Expr, suffix: string): Expr =>
  add(
    ...sink.reads.map((j) => name(`r${j}${suffix}`)),
    ...(sink.direct ? [operandAt(frameSize, sink.direct, row, v)] : []),
  )
