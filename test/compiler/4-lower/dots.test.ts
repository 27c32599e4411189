import { expect, test } from 'vitest'
import { add, each, groupX, groupZ, int, less, letI, load, mul, name, real, stepLet, store } from '../../../compiler/4-lower/build.ts' // prettier-ignore
import { blockSize, chunkContext, lanesOfAxis, type Axis } from '../../../compiler/4-lower/chunk-context.ts'
import { dotsOfBlock } from '../../../compiler/4-lower/dots.ts'
import { interpret } from '../../../compiler/4-lower/interpret.ts'
import type { Expr } from '../../../compiler/4-lower/loop-ir.ts'
import { chunkCount, chunkFirstRow, rowIndex } from '../../../compiler/4-lower/places.ts'
import { program } from '../../../compiler/4-lower/program.ts'
import { simulate } from '../../../compiler/4-lower/simulate.ts'
import { float64 } from '../../../compiler/float64.ts'
import { numbers } from './run.ts'
import { mixers, type MixerName } from './stages/mixers.ts'
import { decayOver, everyChunk, stepsOf } from './stages/plain-step.ts'
import { callOf, heads, runStages, type Ran } from './stages/run-stages.ts'
import { loweredOf } from '../../support/compiled.ts'

/** M[t, i] for each chunk and head, as `dotsOfBlock` fills it: `NaN` where it puts nothing. */
interface Dots {
  readonly ran: Ran
  readonly left: Float32Array
  readonly right: Float32Array
  readonly at: (chunk: number, head: number, t: number, i: number) => number
  readonly faults: readonly unknown[]
}

const dotsOf = (ran: Ran, axis: Axis, fill: boolean): Dots => {
  const ctx = chunkContext(ran.compiled.plans.chunk, 0)
  const { C } = ctx
  const size = lanesOfAxis(ctx, axis)
  const rows = ran.chunks.reduce((sum, c) => sum + c.count, 0)
  const [left, right] = [numbers(rows * heads * size, 5), numbers(rows * heads * size, 6)]
  const [base, count, firstRow] = [name('base'), name('count'), name('firstRow')]
  const of = (buffer: string) => (token: Expr, lane: Expr) =>
    load(buffer, rowIndex(add(firstRow, token), size, lane))
  const index = (t: Expr, i: Expr): Expr => rowIndex(groupX, C * C, add(mul(t, int(C)), i))
  const diagonal = each('n', int(blockSize), [
    letI('t', add(base, name('n'))),
    {
      kind: 'if',
      condition: less(name('t'), count),
      then: [store('M', index(name('t'), name('t')), real(7))],
    },
  ])
  const kernel = program({
    name: 'dots',
    doc: 'for a test',
    workgroupSize: 64,
    body: [
      stepLet('firstRow', chunkFirstRow(groupX)),
      stepLet('count', chunkCount(groupX)),
      stepLet('base', mul(groupZ, int(blockSize))),
      {
        kind: 'if',
        condition: less(base, count),
        body: dotsOfBlock(
          ctx,
          axis,
          { firstRow, chunk: groupX, base, count },
          [{ left: of('left'), right: of('right'), array: 'M', index }],
          { note: 'dots', fill, diagonal: [diagonal] },
        ),
      },
    ],
  })
  const memory = () => ({
    i32: ran.memory.i32,
    f32: new Map(ran.memory.f32)
      .set('left', [...left])
      .set('right', [...right])
      .set('M', new Array<number | undefined>(ran.chunks.length * heads * C * C).fill(undefined)),
  })
  const groups = { x: ran.chunks.length, y: heads, z: ctx.blocks }
  const own = memory()
  interpret(kernel, float64, own, { heads }, groups)
  const M = own.f32.get('M')!
  return {
    ran,
    left,
    right,
    at: (chunk, head, t, i) => M[(chunk * heads + head) * C * C + t * C + i] ?? NaN,
    faults: simulate(kernel, memory(), { heads }, groups),
  }
}

const decayProducts = (mixer: MixerName, chunkSize: number): Ran => {
  const compiled = loweredOf(mixers[mixer], { chunkSize })
  return runStages(compiled, 'chunk', mixer === 'no decay' ? 'token-inputs' : 'decay-products')
}

test.each<[MixerName, Axis]>([
  ['no decay', 'key'],
  ['a signed decay', 'key'],
  ['a decay per key', 'key'],
  ['one decay', 'value'],
  ['decays of both axes', 'value'],
])('%s: inner products of all pairs, %s axis', (mixer, axis) => {
  for (const [C, fill] of [
    [1, true],
    [3, true],
    [16, false],
    [20, true],
    [33, false],
    [50, true],
  ] as const) {
    // prettier-ignore
    const { ran, left, right, at, faults } = dotsOf(decayProducts(mixer, C), axis, fill)
    expect(faults).toEqual([])
    const size = lanesOfAxis(chunkContext(ran.compiled.plans.chunk, 0), axis)
    everyChunk(ran, (chunk, index, head) => {
      const steps = stepsOf(ran, 0, chunk, head)
      const of = (x: Float32Array, t: number, lane: number): number =>
        x[((chunk.firstRow + t) * heads + head) * size + lane]
      for (let t = 0; t < chunk.count; t++) {
        for (let i = 0; i < t; i++) {
          let wanted = 0
          for (let lane = 0; lane < size; lane++)
            wanted += of(left, t, lane) * decayOver(steps, axis, i + 1, t, lane) * of(right, i, lane)
          const found = at(index, head, t, i)
          if (!(Math.abs(found - wanted) < 1e-12))
            throw new Error(`C = ${C}: M[${t}, ${i}] is ${found}, not ${wanted}`)
        }
        // The caller's diagonal comes last, and what multiplies by M finds nothing after it.
        expect(at(index, head, t, t)).toBe(7)
        const end = Math.min(chunk.count, t - (t % blockSize) + blockSize)
        if (fill)
          for (let i = t + 1; i < end; i++) if (at(index, head, t, i) !== 0) throw new Error(`M[${t}, ${i}]`)
      }
    })
  }
})

test.each<MixerName>(['one decay', 'a decay per key'])(
  '%s: no entry depends on a later token, to the last bit',
  (mixer) => {
    const compiled = loweredOf(mixers[mixer], { chunkSize: 33 })
    const call = { ...callOf(compiled), cuSeqlens: [0, 60], initial: undefined }
    const { shape, data } = call.tensors.g
    const later = 17
    const changed = Array.from(data, (g, i) => (Math.floor((i * 60) / data.length) < later ? g : g - 1.25))
    const tensors = { ...call.tensors, g: { shape, data: changed } }
    const [before, after] = [call, { ...call, tensors }].map((c) =>
      dotsOf(runStages(compiled, 'chunk', 'decay-products', c), 'key', true),
    )
    for (let t = 0; t <= later; t++)
      for (let i = 0; i < t; i++) expect(after.at(0, 0, t, i)).toBe(before.at(0, 0, t, i))
    expect(after.at(0, 0, later + 1, 0)).not.toBe(before.at(0, 0, later + 1, 0))
  },
)

test('strong decays cost no accuracy: what they leave is never a quotient', () => {
  const compiled = loweredOf(mixers['a decay per key'], { chunkSize: 20 })
  const call = { ...callOf(compiled), mask: undefined }
  const { shape, data } = call.tensors.g
  const tensors = {
    ...call.tensors,
    g: { shape, data: Array.from(data, (_, i) => (i % 7 === 3 ? -1e4 : -1e-4)) },
  }
  const { at, ran } = dotsOf(
    runStages(compiled, 'chunk', 'decay-products', { ...call, tensors }),
    'key',
    true,
  )
  everyChunk(ran, ({ count }, chunk, head) => {
    for (let t = 0; t < count; t++)
      for (let i = 0; i <= t; i++) expect(Number.isFinite(at(chunk, head, t, i))).toBe(true)
  })
})
