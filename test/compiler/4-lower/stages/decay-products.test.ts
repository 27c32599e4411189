import { expect, test } from 'vitest'
import {
  afterInBlock,
  afterInChunk,
  beforeInBlock,
  beforeInChunk,
  blockSize,
  chunkContext,
  halfSlot,
  type Axis,
} from '../../../../compiler/4-lower/chunk-context.ts'
import { verify } from '../../../../compiler/4-lower/verify.ts'
import { drawCall } from '../../../support/calls.ts'
import { chunkSizes, mixers, type MixerName } from './mixers.ts'
import { decayOver, everyChunk, stepsOf } from './plain-step.ts'
import { type Ran, heads, runChunkForm, runStages, sectionAt } from './run-stages.ts'
import { loweredOf } from '../../../support/compiled.ts'

const names: readonly MixerName[] = [
  'one decay',
  'a decay per key',
  'a signed decay',
  'a signed decay per key',
  'decays of both axes',
  'two steps a token',
  'from the right',
]

/** Relative: the product of many strong decays is tiny and still has digits. */
const expectNear = (found: number, wanted: number, beside = 1e-300): void => {
  if (!(Math.abs(found - wanted) <= 1e-11 * Math.abs(wanted) + beside))
    throw new Error(`${found} is not ${wanted}`)
}

const expectProducts = (ran: Ran): void => {
  const ctx = chunkContext(ran.compiled.plans.chunk, 0)
  const axes = (['key', 'value'] as const).filter((axis) => ctx.step[axis])
  expect(axes.length).toBeGreaterThan(0)
  everyChunk(ran, (chunk, index, head) => {
    const steps = stepsOf(ran, 0, chunk, head)
    const { count } = chunk
    for (const axis of axes)
      for (let lane = 0; lane < ctx.step[axis]!.lanes; lane++) {
        const over = (from: number, to: number): number =>
          decayOver(steps, axis, Math.min(from, count), Math.min(to, count), lane)
        for (let t = 0; t < count; t++) expectOfToken(ran, axis, chunk.firstRow + t, head, lane, t, over)
        const total = (block: number): number =>
          sectionAt(ran, ctx.chunks, `${axis} totals`, index, head, block * ctx.step[axis]!.lanes + lane)
        for (let b = 0; b < ctx.blocks; b++) expectNear(total(b), over(b * blockSize, (b + 1) * blockSize))
        const whole = total(ctx.blocks)
        if (ctx.step[axis]!.form === 'log') expectNear(whole, over(0, count) - 1, 1e-13)
        else expectNear(whole, over(0, count))
      }
  })
}

const expectOfToken = (
  ran: Ran,
  axis: Axis,
  row: number,
  head: number,
  lane: number,
  t: number,
  over: (from: number, to: number) => number,
): void => {
  const ctx = chunkContext(ran.compiled.plans.chunk, 0)
  const { lanes } = ctx.step[axis]!
  const slot = (n: number): number => sectionAt(ran, ctx.rows, `${axis} decays`, row, head, n * lanes + lane)
  for (const level of [1, 2, 3]) {
    const half = 1 << level
    const start = t - (t % half)
    const wanted = start % (2 * half) === half ? over(start, t) : over(t + 1, start + half)
    expectNear(slot(halfSlot(level)), wanted)
  }
  const block = t - (t % blockSize)
  expectNear(slot(beforeInBlock), over(block, t))
  expectNear(slot(afterInBlock), over(t + 1, block + blockSize))
  expectNear(slot(beforeInChunk(ctx)), over(0, t))
  expectNear(slot(afterInChunk(ctx)), over(t + 1, Infinity))
}

test.each(names)('%s: one-sided products to the borders around each token', (name) => {
  for (const C of chunkSizes) expectProducts(runChunkForm(name, C, 'decay-products'))
})

test.each<[string, (t: number) => number]>([
  ['all the same', () => -0.25],
  ['none', () => 0],
  ['so strong that nothing is left', () => -1e4],
  ['one reset in the middle', (t) => (t === 9 ? -1e4 : -0.01)],
  ['slow', () => -1e-9],
])('logs of decays: %s', (_, g) => {
  const compiled = loweredOf(mixers['one decay'], { chunkSize: 20 })
  const call = drawCall(compiled.layer, compiled.dims, { tokens: 37, heads })
  const data = Array.from({ length: 37 * heads }, (_, i) => g(Math.floor(i / heads)))
  const tensors = { ...call.tensors, g: { shape: [1, 37, heads], data } }
  expectProducts(runStages(compiled, 'chunk', 'decay-products', { ...call, tensors }))
})

test.each<[string, (t: number) => number]>([
  ['zeros', (t) => (t % 5 === 3 ? 0 : 0.9)],
  ['alternating', (t) => (t % 2 === 0 ? 1 : -1)],
  ['all −1', () => -1],
])('decays that are no exponentials: %s', (_, a) => {
  const compiled = loweredOf(mixers['a signed decay'], { chunkSize: 33 })
  const call = drawCall(compiled.layer, compiled.dims, { tokens: 37, heads })
  const data = Array.from({ length: 37 * heads }, (_, i) => a(Math.floor(i / heads)))
  const tensors = { ...call.tensors, a: { shape: [1, 37, heads], data } }
  expectProducts(runStages(compiled, 'chunk', 'decay-products', { ...call, tensors }))
})

test('what a slow decay takes away from a chunk keeps its digits', () => {
  const compiled = loweredOf(mixers['one decay'], { chunkSize: 16 })
  const call = drawCall(compiled.layer, compiled.dims, { tokens: 16, heads: 1 })
  const tensors = { ...call.tensors, g: { shape: [1, 16, 1], data: new Array(16).fill(-1e-12) } }
  const { memory } = runStages(compiled, 'chunk', 'decay-products', { ...call, tensors })
  const ctx = chunkContext(compiled.plans.chunk, 0)
  const { offset } = ctx.chunks.sections.get('key totals')!
  expect(memory.f32.get(ctx.chunks.buffer)![offset + 1]).toBeCloseTo(Math.expm1(-16e-12), 24)
})

test('decays of more lanes than a workgroup has room for are shared out over workgroups', () => {
  const text = mixers['decays of both axes']
  const compiled = loweredOf(text, { chunkSize: 256, dims: { K: 300, V: 7 } })
  const { program } = compiled.lowered.chunk!.stages.find((s) => s.program.name === 'decay-products')!
  expect(verify(program)).toEqual([])
  const call = drawCall(compiled.layer, compiled.dims, { tokens: 20, heads, seed: 3 })
  expectProducts(runStages(compiled, 'chunk', 'decay-products', call))
})
