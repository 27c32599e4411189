import type { ScratchSpec } from '../../../runtime/manifest.ts'
import type { KernelPlan } from '../../3-plan/kernel-plan.ts'
import { accumulate, add, each, groupX, groupZ, int, intMin, lane, less, letF, letI, load, loop, mul, name, real, region, stepFor, stepLet, store, sub, variable, when, div, mod } from '../build.ts' // prettier-ignore
import type { Expr, Statement, Step } from '../loop-ir.ts'
import type { Stage } from '../lowered.ts'
import { chunkCount, chunkFirstRow, chunkFirstToken, operandAt, rowIndex, scaled, sequenceChunkCount, sequenceFirstChunk, stateBuffer, stateIndex } from '../places.ts' // prettier-ignore
import { program } from '../program.ts'
import { putSink, sinksOf, type Sink } from '../sinks.ts'
import { decayed, tokenValues } from './recurrent.ts'

/** `f32` values of workgroup memory for the rows' partial sums. */
const room = 3072

/**
 * The recurrence for layers that read along V (`S q`): a column gives each row its share, and the shares of a
 * workgroup's columns are summed after a barrier. Several workgroups leave partial sums, which a second stage adds.
 */
export const recurrentRows = (
  plan: KernelPlan,
  state: number,
): { readonly stages: readonly Stage[]; readonly scratch: readonly ScratchSpec[] } => {
  const step = plan.states[state]
  const { K, V } = step
  const { frameSize } = plan
  const sinks = sinksOf(plan, state)
  const across = sinks.filter((s) => s.axis === 'value')
  const along = sinks.filter((s) => s.axis === 'key')
  const columns = Math.max(1, Math.min(V, 64, Math.floor(room / (K * across.length))))
  const groups = Math.ceil(V / columns)
  const [row, v, d, chunk, n, c] = [name('row'), name('v'), name('d'), name('chunk'), name('n'), name('c')]
  const keyReads = step.reads.flatMap((r, j) =>
    r.axis === 'key' && (r.feeds || along.some((s) => s.reads.includes(j))) ? [j] : [],
  )
  const token = add(name('firstToken'), name('i'))
  const partial = (sink: Sink): string =>
    `${sink.target.buffer.startsWith('scratch.') ? '' : 'scratch.'}${sink.target.buffer}.parts`

  /** What this column adds to row d of a sink: its share of the state before the token, and of the token's writes. */
  const share = (sink: Sink): Expr =>
    add(
      ...sink.reads.flatMap((j) => {
        const { p, scale, pairs } = step.reads[j]
        const before = scaled(
          frameSize,
          scale,
          row,
          d,
          mul(load('own.S', d), operandAt(frameSize, p, row, v)),
        )
        const own = pairs.flatMap((pair) =>
          pair.kind === 'value'
            ? [
                mul(
                  operandAt(frameSize, pair.k, row, d),
                  name(`x${pair.write}`),
                  operandAt(frameSize, pair.y, row, v),
                ),
              ]
            : [],
        )
        return [before, ...own]
      }),
    )
  const stepOfToken: readonly Statement[] = [
    ...keyReads.map((j) => variable(`p${j}`, real(0))),
    ...(keyReads.length === 0
      ? []
      : [
          loop(
            'd',
            int(0),
            int(K),
            keyReads.map((j) =>
              accumulate(`p${j}`, mul(operandAt(frameSize, step.reads[j].p, row, d), load('own.S', d))),
            ),
          ),
        ]),
    ...tokenValues(step, frameSize, row, v, keyReads, (j) => name(`p${j}`)),
    ...along.map((sink) => {
      const direct = sink.direct ? [operandAt(frameSize, sink.direct, row, v)] : []
      return putSink(sink, row, token, v, add(...sink.reads.map((j) => name(`r${j}`)), ...direct))
    }),
    loop(
      'd',
      int(0),
      int(K),
      across.map((sink, s) =>
        store('own.shares', add(mul(add(int(s * K), d), int(columns)), lane), share(sink)),
      ),
    ),
    ...step.writes.map((w, i) => letF(`y${i}`, scaled(frameSize, w.scale, row, v, name(`x${i}`)))),
    loop('d', int(0), int(K), [
      store(
        'own.S',
        d,
        add(
          decayed(frameSize, step.value, row, v, decayed(frameSize, step.key, row, d, load('own.S', d))),
          ...step.writes.map((w, i) => mul(operandAt(frameSize, w.k, row, d), name(`y${i}`))),
        ),
      ),
    ]),
  ]
  const summed = across.map((sink, s): Statement => {
    const direct = sink.direct ? operandAt(frameSize, sink.direct, row, d) : undefined
    return each('d', int(K), [
      letI('row', add(name('firstRow'), name('i'))),
      variable('sum', groups === 1 && direct ? direct : real(0)),
      loop('c', int(0), name('width'), [
        accumulate('sum', load('own.shares', add(mul(add(int(s * K), d), int(columns)), c))),
      ]),
      groups === 1
        ? putSink(sink, row, token, d, name('sum'))
        : store(partial(sink), rowIndex(row, groups * K, add(mul(groupZ, int(K)), d)), name('sum')),
    ])
  })
  const ofColumn = (body: readonly Statement[]): Statement =>
    when(less(lane, name('width')), [letI('v', add(mul(groupZ, int(columns)), lane)), ...body])
  const entry = stateIndex(step, groupX, d, v)
  const steps: readonly Step[] = [
    stepLet('width', intMin(int(columns), sub(int(V), mul(groupZ, int(columns))))),
    region(
      'the initial state',
      ofColumn([loop('d', int(0), int(K), [store('own.S', d, load(stateBuffer(step.state), entry))])]),
    ),
    stepLet('firstChunk', sequenceFirstChunk(groupX)),
    stepFor('chunk', name('firstChunk'), add(name('firstChunk'), sequenceChunkCount(groupX)), [
      stepLet('firstToken', chunkFirstToken(chunk)),
      stepLet('firstRow', chunkFirstRow(chunk)),
      stepFor('i', int(0), chunkCount(chunk), [
        region('one token', ofColumn([letI('row', add(name('firstRow'), name('i'))), ...stepOfToken])),
        region('the sums over columns', ...summed),
      ]),
    ]),
    region(
      'the final state',
      ofColumn([loop('d', int(0), int(K), [store(stateBuffer(step.state), entry, load('own.S', d))])]),
    ),
  ]
  const main: Stage = {
    grid: { x: 'sequences', z: groups },
    program: program({
      name: 'recurrent',
      doc: 'Token by token: decay, read, write; reads along V are summed over columns.',
      workgroupSize: columns,
      private: [{ name: 'own.S', element: 'f32', size: K }],
      workgroup: [{ name: 'own.shares', element: 'f32', size: across.length * K * columns }],
      body: steps,
    }),
  }
  if (groups === 1) return { stages: [main], scratch: [] }
  const adding = across.map((sink): Stage => {
    const value: readonly Statement[] = [
      letI('i', div(n, int(K))),
      letI('d', mod(n, int(K))),
      letI('row', add(name('firstRow'), name('i'))),
      variable('sum', sink.direct ? operandAt(frameSize, sink.direct, row, d) : real(0)),
      loop('c', int(0), int(groups), [
        accumulate('sum', load(partial(sink), rowIndex(row, groups * K, add(mul(c, int(K)), d)))),
      ]),
      putSink(sink, row, token, d, name('sum')),
    ]
    return {
      grid: { x: 'chunks', z: 1 },
      program: program({
        name: 'recurrent-sums',
        doc: 'The sums over all columns.',
        workgroupSize: 64,
        body: [
          stepLet('firstToken', chunkFirstToken(groupX)),
          stepLet('firstRow', chunkFirstRow(groupX)),
          region('partial sums', each('n', mul(chunkCount(groupX), int(K)), value)),
        ],
      }),
    }
  })
  const specs = across.map((sink): ScratchSpec => ({
    name: partial(sink),
    element: 'f32',
    elements: groups * K,
    per: 'row',
  }))
  return { stages: [main, ...adding], scratch: specs }
}
