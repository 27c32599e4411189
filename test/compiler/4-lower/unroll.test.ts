import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Expr, LoopProgram, Statement } from '../../../compiler/4-lower/loop-ir.ts'
import { print } from '../../../compiler/4-lower/print.ts'
import { unroll } from '../../../compiler/4-lower/unroll.ts'
import { verify } from '../../../compiler/4-lower/verify.ts'
import { cases } from './cases.ts'
import { at, i, n, op, program, region, store } from './programs.ts'
import { randomProgram } from './random-program.ts'
import { difference, interpreted } from './run.ts'

const kernel = (...body: Statement[]): LoopProgram =>
  program({
    bindings: [
      { name: 'x', element: 'f32', access: 'read' },
      { name: 'y', element: 'f32', access: 'read_write' },
    ],
    uniforms: ['k'],
    body: [region('', ...body)],
  })
const loop = (from: Expr, to: Expr, body: readonly Statement[], parts = {}): Statement => ({
  kind: 'for',
  variable: 'j',
  from,
  to,
  unroll: true,
  body,
  ...parts,
})
const value: Statement = { kind: 'let', name: 'v', type: 'f32', value: at('x', n('j')) }
const write = store('y', n('j'), n('v'))

test.each<[string, Statement]>([
  ['does not ask', loop(i(0), i(2), [value, write], { unroll: false })],
  ['has a bound that is no literal', loop(i(0), n('k'), [value, write])],
  ['would come to too much', loop(i(0), i(1025), [value, write])],
])('leaves a loop that %s', (_, s) => {
  const before = kernel(s)
  expect(unroll.run(before)).toBe(before)
})

test('copies the body, each with names of its own', () => {
  expect(print(unroll.run(kernel(loop(i(1), i(3), [value, write]))))).toContain(
    [
      '  region ""',
      '    let v_1: f32 = x[1]',
      '    y[1] = v_1',
      '    let v_2: f32 = x[2]',
      '    y[2] = v_2',
    ].join('\n'),
  )
})

test('names that are taken already are not given again', () => {
  const taken: Statement = { kind: 'let', name: 'v_1', type: 'f32', value: at('x', i(0)) }
  const after = unroll.run(kernel(taken, loop(i(1), i(2), [value, write]), store('y', i(5), n('v_1'))))
  expect(verify(after)).toEqual([])
  expect(print(after)).toContain('let v_1_: f32 = x[1]')
})

test('runs down where the loop does, inner loops first', () => {
  const inner = loop(i(0), i(2), [store('y', op(n('j'), '+', n('o')), at('x', n('o')))])
  const outer: Statement = {
    kind: 'for',
    variable: 'o',
    from: i(0),
    to: i(2),
    down: true,
    unroll: true,
    body: [inner],
  }
  const lines = print(unroll.run(kernel(outer)))
    .split('\n')
    .slice(-5, -1)
  expect(lines.map((line) => line.trim())).toEqual([
    'y[0 + 1] = x[1]',
    'y[1 + 1] = x[1]',
    'y[0 + 0] = x[0]',
    'y[1 + 0] = x[0]',
  ])
})

test.each(cases.map((c) => [c.program.name, c] as const))('keeps the meaning of %s', (_, c) => {
  const run = (p: LoopProgram) => interpreted(p, c.buffers, c.result, c.uniforms, c.groups)
  expect(difference(run(unroll.run(c.program)), run(c.program))).toBe(0)
})

test('keeps the meaning of random programs', () => {
  const x = Float32Array.from({ length: 16 }, (_, e) => (e % 5) - 2)
  const run = (p: LoopProgram) => interpreted(p, { x, y: new Float32Array(12) }, 'y', { u: 2 })
  fc.assert(
    fc.property(randomProgram, (before) => {
      const after = unroll.run(before)
      expect(verify(after)).toEqual([])
      expect(run(after)).toEqual(run(before))
    }),
    { numRuns: 200 },
  )
})
