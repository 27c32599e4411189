import { expect, test } from 'vitest'
import { chunkContext } from '../../../../compiler/4-lower/chunk-context.ts'
import { chunkSizes, mixers, type MixerName } from './mixers.ts'
import { everyChunk, slotDot, stepsOf } from './plain-step.ts'
import { type Ran, runChunkForm, sectionAt } from './run-stages.ts'
import { loweredOf } from '../../../support/compiled.ts'

/** The largest difference between M as the stage leaves it and p · G · k, over all pairs that a later stage looks at. */
const differenceOf = (ran: Ran): number => {
  const ctx = chunkContext(ran.compiled.plans.chunk, 0)
  const W = ctx.step.writes.length
  let most = 0
  everyChunk(ran, (chunk, index, head) => {
    const steps = stepsOf(ran, 0, chunk, head)
    const found = (read: number, t: number, write: number, i: number): number =>
      sectionAt(ran, ctx.chunks, 'dots', index, head, ((read * ctx.C + t) * W + write) * ctx.C + i)
    ctx.feeds.forEach((read, nth) => {
      for (let t = 0; t < chunk.count; t++) {
        for (let w = 0; w < W; w++)
          for (let i = 0; i < t; i++) {
            const wanted = slotDot(steps, read, t, w, i)
            const difference = Math.abs(found(nth, t, w, i) - wanted)
            most = Number.isNaN(difference) ? Infinity : Math.max(most, difference)
          }
        for (const { write, dot } of steps[t].reads[read].pairs)
          if (!(found(nth, t, write, t) === dot)) most = Infinity
      }
    })
  })
  return most
}

test.each<MixerName>([
  'the delta rule',
  'two steps a token',
  'a removal key of its own',
  'a strength per value',
  'the delta rule with a decay per value',
  'from the right',
])('%s: what each write adds to each read that a write leans on', (name) => {
  for (const C of chunkSizes)
    expect(differenceOf(runChunkForm(name, C, 'slot-dots')), `C = ${C}`).toBeLessThan(1e-14)
})

test('a workgroup takes a block of rows', () => {
  const stage = (chunkSize: number) =>
    loweredOf(mixers['the delta rule'], { chunkSize }).lowered.chunk!.stages.find(
      (s) => s.program.name === 'slot-dots',
    )!
  expect([1, 16, 17, 33].map((C) => stage(C).grid)).toEqual([1, 1, 2, 3].map((z) => ({ x: 'chunks', z })))
})
