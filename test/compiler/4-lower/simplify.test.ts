import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Expr, Statement, Step } from '../../../compiler/4-lower/loop-ir.ts'
import { print, printExpr } from '../../../compiler/4-lower/print.ts'
import { simplify } from '../../../compiler/4-lower/simplify.ts'
import { verify } from '../../../compiler/4-lower/verify.ts'
import { cases } from './cases.ts'
import { at, call, each, i, n, op, program, r, region, store } from './programs.ts'
import { randomProgram } from './random-program.ts'
import { difference, interpreted } from './run.ts'

const kernel = (...body: Step[]) =>
  program({
    bindings: [
      { name: 'x', element: 'f32', access: 'read' },
      { name: 'y', element: 'f32', access: 'read_write' },
    ],
    uniforms: ['k'],
    body,
  })

/** What an expression becomes as the value of a store. */
const simplified = (value: Expr): string => {
  const [step] = simplify.run(kernel(region('', store('y', i(0), value)))).body
  const [statement] = (step as Extract<Step, { kind: 'region' }>).body
  return printExpr((statement as Extract<Statement, { kind: 'store' }>).value)
}
const ofInt = (value: Expr): string => simplified({ kind: 'real-of', value }).replace(/^real\((.*)\)$/, '$1')
const [a, k] = [at('x', n('k')), n('k')]

test.each<[Expr, string]>([
  // What must stay: infinite or rounded values could tell the difference.
  [op(r('0'), '*', a), '0. * x[k]'],
  [op(a, '*', r('0')), 'x[k] * 0.'],
  [op(a, '-', a), 'x[k] - x[k]'],
  [op(op(a, '+', r('1')), '+', r('2')), 'x[k] + 1. + 2.'],
  [op(r('1'), '/', r('0')), '1. / 0.'],
  [call('exp', r('0')), 'exp(0.)'],
  // What goes.
  [op(a, '*', r('1')), 'x[k]'],
  [op(r('1'), '*', a), 'x[k]'],
  [op(a, '/', r('1')), 'x[k]'],
  [op(a, '+', r('0')), 'x[k]'],
  [op(r('0'), '+', a), 'x[k]'],
  [op(a, '-', r('0')), 'x[k]'],
  [op(r('0'), '-', a), '-x[k]'],
  [op(r('1'), '/', r('3')), '(1/3)'],
  [op(op(r('2'), '*', r('3')), '-', r('1')), '5.'],
  [{ kind: 'negate', value: { kind: 'negate', value: a } }, 'x[k]'],
  [{ kind: 'select', condition: op(i(1), '<', i(2)), then: a, else: r('2') }, 'x[k]'],
  [{ kind: 'select', condition: { kind: 'not', value: op(i(1), '<', i(2)) }, then: a, else: r('2') }, '2.'],
  [{ kind: 'real-of', value: op(i(2), '*', i(3)) }, '6.'],
])('reals: %#', (before, after) => {
  expect(simplified(before)).toBe(after)
})

test.each<[Expr, string]>([
  [op(k, '/', i(2)), 'k / 2'],
  [op(i(1), '%', i(0)), '1 % 0'],
  [op(i(2 ** 30), '*', i(4)), '1073741824 * 4'],
  [op(k, '*', i(0)), '0.'],
  [op(i(0), '+', k), 'k'],
  [op(op(k, '+', i(2)), '+', i(3)), 'k + 5'],
  [op(i(3), '+', op(k, '+', i(-3))), 'k'],
  [op(k, '%', i(1)), '0.'],
  [op(i(7), '/', i(2)), '3.'],
  [{ kind: 'int-max', left: i(2), right: i(5) }, '5.'],
])('whole numbers: %#', (before, after) => {
  expect(ofInt(before)).toBe(after)
})

test('lets that nobody uses go, with those that only they used; literals take their names’ places', () => {
  const before = kernel(
    { kind: 'let', name: 'a', value: n('k') },
    { kind: 'let', name: 'b', value: n('a') },
    { kind: 'let', name: 'two', value: i(2) },
    region(
      'kept',
      { kind: 'let', name: 'c', type: 'i32', value: op(n('two'), '+', i(1)) },
      { kind: 'var', name: 'd', type: 'f32', value: r('0') },
      store('y', n('c'), r('1')),
    ),
    region('empty', { kind: 'for', variable: 'j', from: i(2), to: i(2), body: [store('y', i(0), r('1'))] }),
  )
  expect(print(simplify.run(before))).toBe(print(kernel(region('kept', store('y', i(3), r('1'))))))
})

test('a var that is assigned stays, and keeps its initial value to itself', () => {
  const body = region(
    '',
    { kind: 'var', name: 'd', type: 'f32', value: r('0') },
    { kind: 'assign', name: 'd', value: op(n('d'), '+', r('1')) },
    store('y', i(0), n('d')),
  )
  expect(print(simplify.run(kernel(body)))).toBe(print(kernel(body)))
})

test('a literal’s name means something else in another block', () => {
  const literal: Statement = { kind: 'let', name: 'd', type: 'i32', value: i(2) }
  const own = (s: Statement) => kernel(region('', each('e', i(1), s, store('y', n('d'), r('1')))))
  for (const s of [
    { kind: 'var', name: 'd', type: 'i32', value: n('k') },
    { kind: 'let', name: 'd', type: 'i32', value: n('k') },
  ] satisfies Statement[]) {
    const first = region('', each('e', i(1), literal, store('y', n('d'), r('1'))))
    const after = simplify.run({ ...own(s), body: [first, ...own(s).body] })
    expect(print(after)).toContain('y[2] = 1.')
    expect(print(after)).toContain('y[d] = 1.')
  }
  const loops = kernel(region('', each('e', i(1), literal, store('y', n('d'), r('1')))), {
    kind: 'for',
    variable: 'd',
    from: i(0),
    to: n('k'),
    body: [region('', each('e', i(1), store('y', n('d'), r('1'))))],
  })
  expect(print(simplify.run(loops))).toContain('y[d] = 1.')
})

test('a branch that is always taken is taken, unless it binds names', () => {
  const always: Expr = { kind: 'bool', value: true }
  const write = store('y', i(0), r('1'))
  const bind: Statement = { kind: 'let', name: 'c', type: 'f32', value: a }
  const taken = kernel(region('', each('e', i(1), { kind: 'if', condition: always, then: [write] })))
  expect(print(simplify.run(taken))).toBe(print(kernel(region('', each('e', i(1), write)))))
  const scoped = kernel(region('', { kind: 'if', condition: always, then: [bind, store('y', i(0), n('c'))] }))
  expect(print(simplify.run(scoped))).toBe(print(scoped))
})

test.each(cases.map((c) => [c.program.name, c] as const))('keeps the meaning of %s', (_, c) => {
  const run = (p: typeof c.program) => interpreted(p, c.buffers, c.result, c.uniforms, c.groups)
  expect(difference(run(simplify.run(c.program)), run(c.program))).toBeLessThan(1e-15)
})

test('keeps the meaning of random programs, and repeating it changes nothing', () => {
  const x = Float32Array.from({ length: 16 }, (_, e) => (e % 5) - 2)
  const run = (p: Parameters<typeof print>[0]) =>
    interpreted(p, { x, y: new Float32Array(12) }, 'y', { u: 2 })
  fc.assert(
    fc.property(randomProgram, (before) => {
      const after = simplify.run(before)
      expect(verify(after)).toEqual([])
      expect(run(after).map((v) => v! + 0)).toEqual(run(before).map((v) => v! + 0))
      expect(print(simplify.run(after))).toBe(print(after))
    }),
    { numRuns: 300 },
  )
})
