import { expect, test } from 'vitest'
import { add, div, each, int, mod, name, real, store } from '../../../compiler/4-lower/build.ts'
import { chunkContext, rowAt, type ChunkContext } from '../../../compiler/4-lower/chunk-context.ts'
import {
  feedIndex,
  reachOf,
  systemLane,
  unknown,
  writtenAt,
  writtenScaled,
} from '../../../compiler/4-lower/feedback.ts'
import { interpret } from '../../../compiler/4-lower/interpret.ts'
import type { Expr } from '../../../compiler/4-lower/loop-ir.ts'
import { program } from '../../../compiler/4-lower/program.ts'
import { float64 } from '../../../compiler/float64.ts'
import { region } from './programs.ts'
import { mixers, type MixerName } from './stages/mixers.ts'
import {
  everyChunk,
  plainToken,
  range,
  reachOf as plainReach,
  stepsOf,
  valuesBefore,
} from './stages/plain-step.ts'
import { heads, runChunkForm, type Ran } from './stages/run-stages.ts'
import { loweredOf } from '../../support/compiled.ts'

const contextOf = (mixer: MixerName, chunkSize: number): ChunkContext =>
  chunkContext(loweredOf(mixers[mixer], { chunkSize }).plans.chunk, 0)

const whole = (value: Expr): Expr => ({ kind: 'real-of', value })

/** An expression in `n` for each of `count` values, with what a run has left in memory, for a head. */
const valuesOf = (value: Expr, count: number, head = 0, ran?: Ran): readonly (number | undefined)[] => {
  const kernel = program({
    name: 'values',
    doc: 'for a test',
    workgroupSize: 64,
    body: [
      {
        kind: 'if',
        condition: { kind: 'binary', op: '==', left: name('group.y'), right: int(head) },
        body: [region('', each('n', int(count), [store('out', name('n'), value)]))],
      },
    ],
  })
  const out: (number | undefined)[] = new Array<undefined>(count).fill(undefined)
  const f32 = new Map(ran?.memory.f32).set('out', out)
  interpret(kernel, float64, { i32: ran?.memory.i32 ?? new Map(), f32 }, { heads }, { x: 1, y: heads, z: 1 })
  return out
}

test('every product of a read that feeds with a write has a place of its own', () => {
  const ctx = contextOf('two steps a token', 3)
  const W = ctx.step.writes.length
  const places = ctx.feeds.flatMap((read) =>
    range(W).flatMap((write) =>
      valuesOf(whole(feedIndex(ctx, int(0), read, div(name('n'), int(3)), write, mod(name('n'), int(3)))), 9),
    ),
  )
  const { offset, size } = ctx.chunks.sections.get('dots')!
  expect([...places].sort((a, b) => a! - b!)).toEqual(range(size).map((i) => offset + i))
})

test('the unknowns are counted token by token, in program order', () => {
  const ctx = contextOf('two steps a token', 3)
  const [first, second] = ctx.fed.map((write) => valuesOf(whole(unknown(ctx, name('n'), write)), 3))
  expect([first, second]).toEqual([
    [0, 2, 4],
    [1, 3, 5],
  ])
})

test('each column has a system of its own only where columns differ', () => {
  const lane = (mixer: MixerName) =>
    valuesOf(whole(systemLane(contextOf(mixer, 4), int(2), int(1), name('n'))), 2)
  expect(lane('the delta rule')).toEqual([4, 5])
  expect(lane('a strength per value')).toEqual([36, 37])
})

test.each<MixerName>([
  'two steps a token',
  'a removal key of its own',
  'the delta rule with a decay per value',
])('%s: how a write reaches another', (mixer) => {
  const ran = runChunkForm(mixer, 20, 'slot-dots')
  const ctx = chunkContext(ran.compiled.plans.chunk, 0)
  const { step, fed } = ctx
  everyChunk(ran, ({ firstRow, count, ...chunk }, index, head) => {
    const steps = stepsOf(ran, 0, { firstRow, count, ...chunk }, head)
    const [t, i] = [count - 1, Math.min(2, count - 1)]
    const place = { firstRow: int(firstRow), chunk: int(index) }
    for (const into of fed)
      for (const write of range(step.writes.length))
        for (const from of new Set([i, t])) {
          const reach = reachOf(ctx, place, into, write, int(t), int(from), name('n'), from === t)
          const wanted = range(step.V).map((v) => plainReach(steps, into, t, write, from, v))
          if (reach === undefined) expect(wanted.every((x) => x === 0)).toBe(true)
          else valuesOf(reach, step.V, head, ran).forEach((x, v) => expect(x).toBeCloseTo(wanted[v], 13))
        }
  })
})

test('what stands after a write of the same token does not reach it', () => {
  const ctx = contextOf('two steps a token', 4)
  const place = { firstRow: int(0), chunk: int(0) }
  const same = (into: number, write: number) => reachOf(ctx, place, into, write, int(1), int(1), int(0), true)
  expect(same(0, 1)).toBeUndefined()
  expect(same(0, 0)).toBeUndefined()
  expect(same(1, 0)).toBeDefined()
})

test('what a write writes is found by the solve where it leans on reads, else given', () => {
  const ctx = contextOf('a removal key of its own', 16)
  const [fed, free] = [ctx.fed[0], ctx.free[0]]
  expect(writtenAt(ctx, fed, int(4), name('v'))).toEqual(
    rowAt(ctx, 'written', int(4), add(int(0), name('v'))),
  )
  expect(writtenAt(ctx, free, int(4), name('v'))).toMatchObject({ kind: 'load', array: 'scratch.frame' })
  const nothing: ChunkContext = {
    ...ctx,
    step: { ...ctx.step, writes: ctx.step.writes.map((w) => ({ ...w, given: undefined })) },
  }
  expect(writtenAt(nothing, free, int(4), name('v'))).toEqual(real(0))
})

test('what is written comes to the state with its scale, after what the tokens of the chunk have told', () => {
  const ran = runChunkForm('the delta rule with a decay per value', 3)
  const ctx = chunkContext(ran.compiled.plans.chunk, 0)
  const { step } = ctx
  const { initial } = ran.call
  const seen = new Map<string, readonly number[]>()
  everyChunk(ran, (chunk, _, head) => {
    const key = `${chunk.sequence} ${head}`
    let S = seen.get(key) ?? valuesBefore(initial![step.state], step, chunk.sequence, head)
    stepsOf(ran, 0, chunk, head).forEach((plain, t) => {
      const { written, state } = plainToken(plain, step, S)
      for (const w of range(step.writes.length))
        valuesOf(writtenScaled(ctx, w, int(chunk.firstRow + t), name('n')), step.V, head, ran).forEach(
          (x, v) => expect(x).toBeCloseTo(written[w][v] * plain.writes[w].scale[v], 12),
        )
      S = state
    })
    seen.set(key, S)
  })
})
