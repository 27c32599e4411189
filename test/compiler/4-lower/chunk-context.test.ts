import { expect, test } from 'vitest'
import { div, each, int, letI, mod, name, real, store } from '../../../compiler/4-lower/build.ts'
import {
  betweenAt,
  blockSize,
  chunkContext,
  chunkPlace,
  rowPlace,
  wyWidth,
  type ChunkContext,
  type Layout,
} from '../../../compiler/4-lower/chunk-context.ts'
import { interpret } from '../../../compiler/4-lower/interpret.ts'
import { program } from '../../../compiler/4-lower/program.ts'
import { float64 } from '../../../compiler/float64.ts'
import { mixerNames, mixers, type MixerName } from './stages/mixers.ts'
import { decayOver, everyChunk, range, stepsOf } from './stages/plain-step.ts'
import { heads, runChunkForm } from './stages/run-stages.ts'
import { loweredOf } from '../../support/compiled.ts'
import { region } from './programs.ts'

const contextOf = (mixer: MixerName, chunkSize: number): ChunkContext =>
  chunkContext(loweredOf(mixers[mixer], { chunkSize }).plans.chunk, 0)

test.each<[MixerName, string]>([
  ['no decay', 'fed  free 0'],
  ['a decay per value', 'fed  free 0'],
  ['the delta rule', 'fed 0 free '],
  ['two steps a token', 'fed 0 1 free '],
  ['a removal key of its own', 'fed 0 free 1'],
  ['from the right', 'fed 0 free 1, column by column'],
  ['a strength per value', 'fed 0 free , column by column'],
  ['the delta rule with a decay per value', 'fed 0 free 1, column by column'],
])('%s: which writes lean on reads, and whether columns differ', (name, wanted) => {
  const { fed, free, columnwise } = contextOf(name, 16)
  const found = `fed ${fed.join(' ')} free ${free.join(' ')}${columnwise ? ', column by column' : ''}`
  expect(found).toBe(wanted)
})

test('a chunk is blocks of 16 tokens, the last one ragged', () => {
  expect([1, 15, 16, 17, 32, 33].map((C) => contextOf('no decay', C).blocks)).toEqual([1, 1, 1, 2, 2, 3])
})

test.each(mixerNames)('%s: the sections of a row and of a chunk fill it without overlap', (name) => {
  for (const C of [1, 16, 33]) {
    const ctx = contextOf(name, C)
    for (const layout of [ctx.rows, ctx.chunks]) {
      let end = 0
      for (const { offset, size } of layout.sections.values()) {
        expect(offset).toBe(end)
        end += size
      }
      expect(layout.size).toBe(end)
    }
  }
})

test('a section holds what its name says', () => {
  const sizes = ({ sections }: Layout) => Object.fromEntries([...sections].map(([n, { size }]) => [n, size]))
  const steps = contextOf('two steps a token', 33) // K = 5, V = 3, two fed writes, two reads that feed
  expect(steps.unknowns).toBe(66)
  expect(wyWidth(steps)).toBe(8)
  expect(sizes(steps.rows)).toEqual({ 'key decays': 7 * 5, 'right-hand': 16, wy: 16, written: 6 })
  expect(sizes(steps.chunks)).toEqual({
    'key totals': 4 * 5,
    dots: 2 * 33 * 2 * 33,
    system: 66 * 66,
    inverse: 66 * 66,
    entering: 15,
  })
  const columns = contextOf('the delta rule with a decay per value', 3) // K = 3, V = 4
  expect(wyWidth(columns)).toBe(4)
  expect(sizes(columns.rows)).toEqual({
    'key decays': 5 * 3,
    'value decays': 5 * 4,
    'right-hand': 0,
    wy: 4,
    written: 4,
  })
  expect(sizes(columns.chunks)).toMatchObject({ system: 4 * 9, inverse: 4 * 9, dots: 3 * 2 * 3 })
  expect(sizes(contextOf('no decay', 16).rows)).toEqual({})
  expect(sizes(contextOf('no decay', 16).chunks)).toEqual({ entering: 18 })
})

test('a section that is not there is our fault', () => {
  const ctx = contextOf('no decay', 16)
  expect(() => rowPlace(ctx, 'wy', int(0), int(0))).toThrow('there is no section wy')
  expect(() => chunkPlace(ctx, 'dots', int(0), int(0))).toThrow('there is no section dots')
})

test.each<[MixerName, 'key' | 'value']>([
  ['a signed decay per key', 'key'],
  ['one decay', 'key'],
  ['decays of both axes', 'value'],
])('%s: what lies between any two tokens of a chunk, %s axis', (mixer, axis) => {
  for (const C of [3, 16, 20, 33, 64]) {
    const ran = runChunkForm(mixer, C, 'decay-products')
    const ctx = chunkContext(ran.compiled.plans.chunk, 0)
    const { lanes } = ctx.step[axis]!
    everyChunk(ran, (chunk, index, head) => {
      const { count, firstRow } = chunk
      const [t, i, j] = [name('t'), name('i'), name('j')]
      const between = betweenAt(ctx, axis, int(firstRow), int(index), t, i, j)!
      const kernel = program({
        name: 'between',
        doc: 'for a test',
        workgroupSize: 64,
        body: [
          region(
            '',
            each('n', int(count * count * lanes), [
              letI('t', div(name('n'), int(count * lanes))),
              letI('i', mod(div(name('n'), int(lanes)), int(count))),
              letI('j', mod(name('n'), int(lanes))),
              {
                kind: 'if',
                condition: { kind: 'binary', op: '<', left: i, right: t },
                then: [store('out', name('n'), between)],
                else: [store('out', name('n'), real(0))],
              },
            ]),
          ),
        ],
      })
      const out: (number | undefined)[] = new Array<undefined>(count * count * lanes).fill(undefined)
      const memory = { ...ran.memory, f32: new Map(ran.memory.f32).set('out', out) }
      const own = { ...kernel, body: atHead(kernel.body, head) }
      interpret(own, float64, memory, { heads }, { x: 1, y: heads, z: 1 })
      const steps = stepsOf(ran, 0, chunk, head)
      for (const t of range(count))
        for (const i of range(t))
          for (const j of range(lanes)) {
            const wanted = decayOver(steps, axis, i + 1, t, j)
            const found = out[(t * count + i) * lanes + j]!
            if (!(Math.abs(found - wanted) <= 1e-11 * Math.abs(wanted) + 1e-300))
              throw new Error(`C = ${C}, from ${i} to ${t}: ${found} is not ${wanted}`)
          }
    })
  }
})

/** Run steps for one head only. */
const atHead = (body: ReturnType<typeof program>['body'], head: number) => [
  {
    kind: 'if' as const,
    condition: { kind: 'binary' as const, op: '==' as const, left: name('group.y'), right: int(head) },
    body,
  },
]

test('nothing lies between where an axis does not decay', () => {
  const ctx = contextOf('one decay', 16)
  expect(betweenAt(ctx, 'value', int(0), int(0), int(1), int(0), int(0))).toBeUndefined()
  expect(blockSize).toBe(16)
})
