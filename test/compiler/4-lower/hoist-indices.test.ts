import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hoistIndices } from '../../../compiler/4-lower/hoist-indices.ts'
import type { Expr, LoopProgram, Statement } from '../../../compiler/4-lower/loop-ir.ts'
import { print } from '../../../compiler/4-lower/print.ts'
import { verify } from '../../../compiler/4-lower/verify.ts'
import { cases } from './cases.ts'
import { at, each, i, loop, n, op, program, region, store } from './programs.ts'
import { randomProgram } from './random-program.ts'
import { difference, interpreted } from './run.ts'

const kernel = (...body: Statement[]): LoopProgram =>
  program({
    bindings: [
      { name: 'x', element: 'f32', access: 'read' },
      { name: 'table', element: 'i32', access: 'read' },
      { name: 'y', element: 'f32', access: 'read_write' },
    ],
    uniforms: ['H', 'K'],
    body: [region('', ...body)],
  })
const hoisted = (...body: Statement[]): string[] =>
  print(hoistIndices.run(kernel(...body)))
    .split('\n')
    .slice(7, -1)
    .map((line) => line.slice(4))
const base: Expr = op(op(n('group.x'), '*', n('H')), '*', n('K'))

test.each<[string, Statement]>([
  ['one addition', loop('d', i(2), store('y', n('d'), at('x', op(n('H'), '+', i(1)))))],
  ['what the loop changes', loop('d', i(2), store('y', op(n('d'), '*', n('K')), at('x', n('d'))))],
  ['a load', loop('d', i(2), store('y', n('d'), at('x', op(at('table', i(0)), '*', n('K')))))],
  ['real arithmetic', loop('d', i(2), store('y', n('d'), op(at('x', i(0)), '*', at('x', i(1)))))],
  ['what is in no loop', store('y', base, at('x', base))],
])('leaves %s', (_, s) => {
  const before = kernel(s)
  expect(hoistIndices.run(before)).toBe(before)
})

test('takes what is fixed out of a loop, once', () => {
  expect(hoisted(loop('d', i(2), store('y', op(base, '+', n('d')), at('x', op(base, '+', n('d'))))))).toEqual(
    ['let at_0: i32 = group.x * H * K', 'for d in 0..2', '  y[at_0 + d] = x[at_0 + d]'],
  )
})

test('goes as far out as it can', () => {
  const inner = loop('d', i(2), store('y', op(base, '+', n('d')), at('x', op(n('t'), '*', n('K')))))
  expect(hoisted(each('t', i(2), inner))).toEqual([
    'let at_0: i32 = group.x * H * K',
    'each t in 0..2',
    '  let at_1: i32 = t * K',
    '  for d in 0..2',
    '    y[at_0 + d] = x[at_1]',
  ])
})

test('a var that the loop assigns stays in it', () => {
  const body = [
    store('y', op(n('a'), '*', n('K')), at('x', i(0))),
    { kind: 'assign', name: 'a', value: i(1) } as const,
  ]
  const before = kernel({ kind: 'var', name: 'a', type: 'i32', value: i(0) }, loop('d', i(2), ...body))
  expect(hoistIndices.run(before)).toBe(before)
})

test.each(cases.map((c) => [c.program.name, c] as const))('keeps the meaning of %s', (_, c) => {
  const run = (p: LoopProgram) => interpreted(p, c.buffers, c.result, c.uniforms, c.groups)
  const after = hoistIndices.run(c.program)
  expect(verify(after)).toEqual([])
  expect(difference(run(after), run(c.program))).toBe(0)
})

test('keeps the meaning of random programs', () => {
  const x = Float32Array.from({ length: 16 }, (_, e) => (e % 5) - 2)
  const run = (p: LoopProgram) => interpreted(p, { x, y: new Float32Array(12) }, 'y', { u: 2 })
  let changed = 0
  fc.assert(
    fc.property(randomProgram, (before) => {
      const after = hoistIndices.run(before)
      if (after !== before) changed++
      expect(verify(after)).toEqual([])
      expect(run(after)).toEqual(run(before))
    }),
    { numRuns: 200 },
  )
  expect(changed).toBeGreaterThan(10)
})
