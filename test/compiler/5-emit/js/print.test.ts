import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printJs } from '../../../../compiler/5-emit/js/print.ts'
import { cases } from '../../4-lower/cases.ts'
import { at, each, formNames, i, n, op, program, r, region, store } from '../../4-lower/programs.ts'
import { randomProgram } from '../../4-lower/random-program.ts'
import { interpreted, ranAsJs } from '../../4-lower/run.ts'

test.each(cases.map((c) => [c.program.name, c] as const))('%s computes what it means', (name, c) => {
  const expected = interpreted(c.program, c.buffers, c.result, c.uniforms, c.groups)
  const values = ranAsJs(c.program, c.buffers, c.result, c.uniforms, c.groups)
  values.forEach((value, e) => {
    const what = name === 'every-form' ? `${formNames[Math.floor(e / 11)]} of value ${e % 11}` : `value ${e}`
    // Between loads and stores both are doubles; a store to a Float32Array rounds.
    expect(Math.abs(value - Math.fround(expected[e]!)), what).toBeLessThanOrEqual(
      1e-7 * Math.abs(expected[e]!),
    )
  })
})

test('random programs compute what they mean', () => {
  const buffers = { x: Float32Array.from({ length: 16 }, (_, e) => (e % 5) - 2), y: new Float32Array(12) }
  fc.assert(
    fc.property(randomProgram, (p) => {
      const plain = (values: readonly (number | undefined)[]) => values.map((v) => v! + 0)
      expect(plain(ranAsJs(p, buffers, 'y', { u: 2 }))).toEqual(plain(interpreted(p, buffers, 'y', { u: 2 })))
    }),
    { numRuns: 200 },
  )
})

test('work that is shared out whole is one loop, and knows its lane where it asks', () => {
  const kernel = program({
    bindings: [{ name: 'y', element: 'f32', access: 'read_write' }],
    private: [{ name: 's', element: 'f32', size: 2 }],
    body: [
      region('count', each('e', i(20), store('s', i(1), op(at('s', i(1)), '+', r('1'))))),
      region('store', each('e', i(20), store('y', n('e'), at('s', i(1))))),
    ],
  })
  expect(printJs(kernel)).not.toContain('lane < 8')
  const expected = Array.from({ length: 20 }, (_, e) => (e % 8 < 4 ? 3 : 2))
  expect(ranAsJs(kernel, { y: new Float32Array(20) }, 'y')).toEqual(expected)
})

test('private arrays are zero again in each workgroup', () => {
  const kernel = program({
    bindings: [{ name: 'y', element: 'f32', access: 'read_write' }],
    workgroupSize: 1,
    private: [{ name: 's', element: 'f32', size: 1 }],
    body: [
      region('', store('s', i(0), op(at('s', i(0)), '+', r('1'))), store('y', n('group.x'), at('s', i(0)))),
    ],
  })
  expect(ranAsJs(kernel, { y: new Float32Array(3) }, 'y', {}, { x: 3, y: 1, z: 1 })).toEqual([1, 1, 1])
})

test.each([1, 3])(
  'private arrays of %i last through a loop of regions, and start at zero in each lane',
  (size) => {
    const count = (rounds: number) => {
      const last = i(size - 1)
      const inner = region(
        'count',
        store('s', last, op(at('s', last), '+', r('1'))),
        store('y', op(op(n('group.x'), '*', i(2)), '+', n('lane')), at('s', last)),
      )
      const kernel = program({
        bindings: [{ name: 'y', element: 'f32', access: 'read_write' }],
        workgroupSize: 2,
        private: [{ name: 's', element: 'f32', size }],
        body:
          rounds === 1 ? [inner] : [{ kind: 'for', variable: 'j', from: i(0), to: i(rounds), body: [inner] }],
      })
      return ranAsJs(kernel, { y: new Float32Array(4) }, 'y', {}, { x: 2, y: 1, z: 1 })
    }
    expect(count(1)).toEqual([1, 1, 1, 1])
    expect(count(3)).toEqual([3, 3, 3, 3])
  },
)

test('words of the target may be names', () => {
  const kernel = program({
    bindings: [{ name: 'function', element: 'f32', access: 'read_write' }],
    uniforms: ['Math', 'buffers'],
    body: [
      region(
        'a note */ \u2028 x()',
        each(
          'let',
          i(1),
          store('function', n('let'), { kind: 'real-of', value: op(n('Math'), '+', n('buffers')) }),
        ),
      ),
    ],
  })
  expect(ranAsJs(kernel, { function: new Float32Array(1) }, 'function', { Math: 2, buffers: 3 })).toEqual([5])
})
