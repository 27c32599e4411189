import { expect, test } from 'vitest'
import { simulate } from '../../../compiler/4-lower/simulate.ts'
import type { LoopProgram } from '../../../compiler/4-lower/loop-ir.ts'
import { cases } from './cases.ts'
import { at, each, i, n, op, program, r, region, store } from './programs.ts'
import { difference, interpreted, memoryOf, one } from './run.ts'

test.each(cases.map((c) => [c.program.name, c] as const))(
  '%s has no faults, and its float32 results',
  (_, c) => {
    const memory = memoryOf(c.program, c.buffers)
    expect(simulate(c.program, memory, c.uniforms, c.groups)).toEqual([])
    const exact = interpreted(c.program, c.buffers, c.result, c.uniforms, c.groups)
    const single = memory.f32.get(c.result)!
    expect(difference(single, exact)).toBeLessThan(2e-6)
    expect(single.every((x) => x === undefined || Math.fround(x) === x)).toBe(true)
  },
)

const kernel = (parts: Partial<LoopProgram> & Pick<LoopProgram, 'body'>): LoopProgram =>
  program({
    bindings: [{ name: 'y', element: 'f32', access: 'read_write' }],
    workgroup: [{ name: 'w', element: 'f32', size: 8 }],
    ...parts,
  })
const faults = (p: LoopProgram, groups = one, size = 8) =>
  simulate(p, memoryOf(p, { y: new Float32Array(size) }), {}, groups)

const fill = region('fill', store('w', n('lane'), r('1')))

test('a read of what another lane writes in the same region is a race', () => {
  const p = kernel({
    body: [fill, region('shift', store('w', n('lane'), at('w', op(op(n('lane'), '+', i(1)), '%', i(8)))))],
  })
  expect(faults(p)).toMatchObject([{ kind: 'race', region: 'shift', array: 'w', index: 1, lanes: [0, 1] }])
})

test('a read after the write is a race too, whichever lane comes first', () => {
  const p = kernel({
    body: [fill, region('shift', store('w', n('lane'), at('w', op(op(n('lane'), '+', i(7)), '%', i(8)))))],
  })
  expect(faults(p)).toMatchObject([{ kind: 'race', array: 'w', index: 0, lanes: [0, 1] }])
})

test('two lanes that write one location race', () => {
  const p = kernel({ body: [region('all to one', store('w', i(3), r('1')))] })
  expect(faults(p)).toMatchObject([{ kind: 'race', array: 'w', index: 3, lanes: [0, 1] }])
})

test('a write after several lanes have read is a race', () => {
  const p = kernel({
    body: [
      fill,
      region('broadcast', store('y', n('lane'), at('w', i(7))), {
        kind: 'if',
        condition: op(n('lane'), '==', i(7)),
        then: [store('w', i(7), r('2'))],
      }),
    ],
  })
  expect(faults(p)).toMatchObject([{ kind: 'race', array: 'w', index: 7, lanes: [7] }])
})

test('what one region writes the next may read', () => {
  const p = kernel({
    body: [fill, region('reverse', store('y', n('lane'), at('w', op(i(7), '-', n('lane')))))],
  })
  expect(faults(p)).toEqual([])
})

test('two workgroups may not write one location', () => {
  const p = kernel({ body: [region('store', store('y', n('lane'), r('1')))] })
  expect(faults(p, { ...one, y: 2 })).toMatchObject([{ kind: 'groups', array: 'y', group: [0, 1, 0] }])
})

test('a workgroup may not read what another writes, whichever comes first', () => {
  const later = kernel({
    body: [
      region('store', each('e', i(1), store('y', n('group.x'), r('1')))),
      region('read', each('e', i(1), store('w', i(0), at('y', i(0))))),
    ],
  })
  expect(faults(later, { ...one, x: 2 })).toMatchObject([{ kind: 'groups', region: 'read', index: 0 }])
  const earlier = kernel({
    body: [
      region('read', each('e', i(1), store('w', i(0), at('y', i(1))))),
      region('store', each('e', i(1), store('y', n('group.x'), r('1')))),
    ],
  })
  const memory = memoryOf(earlier, { y: new Float32Array(2) })
  memory.f32.get('y')!.fill(0)
  expect(simulate(earlier, memory, {}, { ...one, x: 2 })).toMatchObject([
    { kind: 'groups', region: 'store', index: 1, group: [1, 0, 0] },
  ])
})

test('bounds and unwritten memory are told, and the rest still runs', () => {
  const p = kernel({
    body: [
      region('unwritten', store('y', n('lane'), at('w', n('lane')))),
      region('far', store('y', op(n('lane'), '-', i(1)), r('1'))),
    ],
  })
  expect(faults(p)).toMatchObject([
    { kind: 'unwritten', region: 'unwritten', array: 'w', index: 0, lanes: [0] },
    { kind: 'out-of-bounds', region: 'far', array: 'y', index: -1, lanes: [0] },
  ])
})

test('the side of a select that is not taken must be in bounds, and no more', () => {
  const guarded = (index: number): LoopProgram =>
    kernel({
      body: [
        region(
          'select',
          store('y', n('lane'), {
            kind: 'select',
            condition: { kind: 'bool', value: true },
            then: r('1'),
            else: at('w', i(index)),
          }),
        ),
      ],
    })
  expect(faults(guarded(0))).toEqual([])
  expect(faults(guarded(8))).toMatchObject([{ kind: 'out-of-bounds', array: 'w', index: 8 }])
})

test('an index that is not whole is told', () => {
  const p = kernel({ body: [region('half', store('y', { kind: 'int-of', value: r('0.5') }, r('1')))] })
  expect(faults(p)).toMatchObject([{ kind: 'not-whole' }, { kind: 'race' }])
})
