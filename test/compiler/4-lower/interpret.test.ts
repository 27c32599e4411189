import { expect, test } from 'vitest'
import { interpret } from '../../../compiler/4-lower/interpret.ts'
import { float64 } from '../../../compiler/float64.ts'
import { cases } from './cases.ts'
import { at, each, i, n, op, program, r, region, store } from './programs.ts'
import { difference, interpreted, memoryOf, one, type Buffers } from './run.ts'

const [product, scanned, reduced] = cases

test('multiplies matrices tile by tile', () => {
  const { program: kernel, buffers, result, uniforms, groups } = product
  const expected = Array.from({ length: 144 }, (_, cell) => {
    let sum = 0
    for (let k = 0; k < 12; k++)
      sum += buffers.a[Math.floor(cell / 12) * 12 + k] * buffers.b[k * 12 + (cell % 12)]
    return sum
  })
  expect(difference(interpreted(kernel, buffers, result, uniforms, groups), expected)).toBeLessThan(1e-14)
})

test('scans in rounds', () => {
  let sum = 0
  const expected = [...scanned.buffers.x].map((x) => (sum += x))
  expect(difference(interpreted(scanned.program, scanned.buffers, 'y'), expected)).toBeLessThan(1e-14)
})

test('reads bounds from a table and skips empty rows', () => {
  const buffers: Buffers = { ...reduced.buffers, 'table.rows': new Int32Array([0, 10, 10, 0, 10, 33]) }
  const sums = interpreted(reduced.program, buffers, 'out', {}, reduced.groups)
  const sum = (from: number, to: number): number => [...buffers.x.slice(from, to)].reduce((a, b) => a + b, 0)
  expect(sums[1]).toBeUndefined()
  expect(sums[0]).toBeCloseTo(sum(0, 10), 12)
  expect(sums[2]).toBeCloseTo(sum(10, 43), 12)
})

const output = [{ name: 'y', element: 'f32', access: 'read_write' }] as const
const run = (parts: Parameters<typeof program>[0], size = 8): (number | undefined)[] =>
  interpreted(program({ bindings: output, ...parts }), { y: new Float32Array(size) }, 'y')

test('private arrays start at zero and last from region to region, one for each lane', () => {
  const y = run({
    private: [{ name: 's', element: 'f32', size: 2 }],
    body: [
      region('one', store('s', i(1), op(at('s', i(1)), '+', { kind: 'real-of', value: n('lane') }))),
      region('two', store('y', n('lane'), op(at('s', i(1)), '+', at('s', i(0))))),
    ],
  })
  expect(y).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

test('loops run down, and their bounds are taken once', () => {
  const y = run({
    body: [
      region(
        'down',
        { kind: 'var', name: 'last', type: 'i32', value: i(3) },
        { kind: 'var', name: 'seen', type: 'f32', value: r('0') },
        {
          kind: 'for',
          variable: 'j',
          from: i(0),
          to: n('last'),
          down: true,
          body: [
            { kind: 'assign', name: 'last', value: i(0) },
            {
              kind: 'assign',
              name: 'seen',
              value: op(op(n('seen'), '*', r('10')), '+', { kind: 'real-of', value: n('j') }),
            },
          ],
        },
        each('e', i(1), store('y', n('e'), n('seen'))),
      ),
    ],
  })
  expect(y[0]).toBe(210)
})

test('an access out of bounds names its place', () => {
  expect(() => run({ body: [region('write far', store('y', op(n('lane'), '+', i(1)), r('1')))] })).toThrow(
    /test-program, region "write far": y\[8\] is out of bounds \(lane 7, group 0, 0, 0\)/,
  )
})

test.each([-1, 2])('a private array ends where it was declared to, at %i too', (index) => {
  const own = { private: [{ name: 's', element: 'f32', size: 2 }] as const }
  const message = new RegExp(`s\\[${index}\\] is out of bounds \\(lane 0,`)
  expect(() => run({ ...own, body: [region('', store('y', n('lane'), at('s', i(index))))] })).toThrow(message)
  expect(() => run({ ...own, body: [region('', store('s', i(index), r('1')))] })).toThrow(message)
})

test('a read of what nobody wrote names its place', () => {
  const shared = { workgroup: [{ name: 'w', element: 'f32', size: 8 }] as const }
  expect(() => run({ ...shared, body: [region('read', store('y', n('lane'), at('w', n('lane'))))] })).toThrow(
    /w\[0\] is read before it is written/,
  )
})

test('workgroup memory is unwritten again in the next workgroup', () => {
  const kernel = program({
    bindings: output,
    workgroup: [{ name: 'w', element: 'i32', size: 1 }],
    body: [
      {
        kind: 'if',
        condition: op(n('group.x'), '==', i(0)),
        body: [region('first', each('e', i(1), store('w', i(0), i(5))))],
      },
      region('all', each('e', i(1), store('y', n('group.x'), { kind: 'real-of', value: at('w', i(0)) }))),
    ],
  })
  const memory = memoryOf(kernel, { y: new Float32Array(2) })
  expect(() => interpret(kernel, float64, memory, {}, { ...one, x: 2 })).toThrow(/group 1, 0, 0/)
  expect(memory.f32.get('y')![0]).toBe(5)
})

test('a program that is compiled once runs with other memory and uniforms', () => {
  const kernel = program({
    bindings: output,
    uniforms: ['u'],
    body: [region('', each('e', n('u'), store('y', n('e'), { kind: 'real-of', value: n('u') })))],
  })
  const buffers = { y: new Float32Array(3) }
  expect(interpreted(kernel, buffers, 'y', { u: 1 })).toEqual([1, undefined, undefined])
  expect(interpreted(kernel, buffers, 'y', { u: 3 })).toEqual([3, 3, 3])
})
