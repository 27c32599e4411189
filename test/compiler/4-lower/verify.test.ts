import { expect, test } from 'vitest'
import type { Expr, LoopProgram, Statement, Step } from '../../../compiler/4-lower/loop-ir.ts'
import { verify } from '../../../compiler/4-lower/verify.ts'
import { cases } from './cases.ts'
import { at, each, i, n, op, program, r, region, store } from './programs.ts'

test.each(cases.map((c) => [c.program.name, c.program] as const))('%s is sound', (_, kernel) => {
  expect(verify(kernel)).toEqual([])
})

const kernel = (parts: Partial<LoopProgram>): LoopProgram =>
  program({
    bindings: [
      { name: 'x', element: 'f32', access: 'read' },
      { name: 'table', element: 'i32', access: 'read' },
      { name: 'y', element: 'f32', access: 'read_write' },
      { name: 'z', element: 'i32', access: 'read_write' },
    ],
    uniforms: ['u'],
    workgroup: [{ name: 'w', element: 'f32', size: 8 }],
    private: [{ name: 's', element: 'f32', size: 8 }],
    body: [],
    ...parts,
  })
const inRegion = (...body: Statement[]): LoopProgram => kernel({ body: [region('', ...body)] })
const letReal = (name: string, value: Expr): Statement => ({ kind: 'let', name, type: 'f32', value })
const stepLet = (value: Expr): Step => ({ kind: 'let', name: 'a', value })
const wide = (size: number) => [{ name: 'w', element: 'f32', size }] as const

test.each<[string, LoopProgram, RegExp | undefined]>([
  ['an unbound name', inRegion(letReal('a', n('b'))), /b is not bound/],
  ['a let in its own value', inRegion(letReal('a', n('a'))), /a is not bound/],
  [
    'a name after its block',
    inRegion(
      { kind: 'if', condition: { kind: 'bool', value: true }, then: [letReal('a', r('1'))] },
      letReal('b', n('a')),
    ),
    /a is not bound/,
  ],
  ['a name bound twice', inRegion(letReal('a', r('1')), letReal('a', r('2'))), /a is bound again/],
  ['a name that shadows a uniform', inRegion(letReal('u', r('1'))), /u is bound again/],
  ['a value with the name of an array', inRegion(letReal('w', r('1'))), undefined],
  ['a uniform given twice', kernel({ uniforms: ['u', 'u'] }), /u is declared twice/],
  ['a loop in the scope of its variable', inRegion(each('e', i(1), each('e', i(1)))), /e is bound again/],
  ['one name in two blocks', inRegion(each('e', i(1)), each('e', i(1))), undefined],
  [
    'a region let seen by the next region',
    kernel({ body: [region('', letReal('a', r('1'))), region('', letReal('b', n('a')))] }),
    /a is not bound/,
  ],
  [
    'an array declared twice',
    kernel({ private: [{ name: 'w', element: 'f32', size: 1 }] }),
    /w is declared twice/,
  ],
  ['an unknown array', inRegion(letReal('a', at('nothing', i(0)))), /nothing is not declared/],
  ['a real index', inRegion(letReal('a', at('x', r('1')))), /1\. is f32 where i32 belongs/],
  ['a whole number stored as a real one', inRegion(store('y', i(0), i(1))), /1 is i32 where f32 belongs/],
  [
    'a let of another type',
    inRegion({ kind: 'let', name: 'a', type: 'i32', value: r('1') }),
    /where i32 belongs/,
  ],
  ['mixed sides', inRegion(letReal('a', op(r('1'), '+', i(1)))), /1 is i32 where f32 belongs/],
  [
    'mixed branches',
    inRegion(
      letReal('a', { kind: 'select', condition: { kind: 'bool', value: true }, then: r('1'), else: i(1) }),
    ),
    /where f32 belongs/,
  ],
  [
    'a number as a condition',
    inRegion({ kind: 'if', condition: i(1), then: [] }),
    /1 is i32 where bool belongs/,
  ],
  ['a remainder of reals', inRegion(letReal('a', op(r('1'), '%', r('2')))), /remainder/],
  [
    'a call with too few values',
    inRegion(letReal('a', { kind: 'call', fn: 'pow', args: [r('1')] })),
    /pow is called with 1/,
  ],
  [
    'a max of one value',
    inRegion(letReal('a', { kind: 'call', fn: 'max', args: [r('1')] })),
    /max is called with 1/,
  ],
  [
    'an integer too large',
    inRegion({ kind: 'let', name: 'a', type: 'i32', value: i(2 ** 31) }),
    /not an i32/,
  ],
  ['a store to what is only read', inRegion(store('x', i(0), r('1'))), /x is written but declared read/],
  [
    'an assignment to a let',
    inRegion(letReal('a', r('1')), { kind: 'assign', name: 'a', value: r('2') }),
    /a is assigned to but is no var/,
  ],
  [
    'an assignment to a loop variable',
    inRegion(each('e', i(1), { kind: 'assign', name: 'e', value: i(0) })),
    /e is assigned to/,
  ],
  [
    'an assignment to a var',
    inRegion(
      { kind: 'var', name: 'a', type: 'f32', value: r('1') },
      { kind: 'assign', name: 'a', value: r('2') },
    ),
    undefined,
  ],
  ['a step that knows its lane', kernel({ body: [stepLet(n('lane'))] }), /a depends on lane/],
  ['a step that reads what is written', kernel({ body: [stepLet(at('z', i(0)))] }), /a reads z/],
  [
    'a step that reads a private array',
    kernel({ body: [{ kind: 'if', condition: op(at('s', i(0)), '>', r('0')), body: [] }] }),
    /reads s/,
  ],
  [
    'a step that reads a table',
    kernel({ body: [stepLet(at('table', op(n('group.x'), '+', n('u'))))] }),
    undefined,
  ],
  [
    'a loop to a step let',
    kernel({ body: [stepLet(i(2)), { kind: 'for', variable: 'j', from: i(0), to: n('a'), body: [] }] }),
    undefined,
  ],
  ['a step of real numbers', kernel({ body: [stepLet(r('1'))] }), /where i32 belongs/],
  ['a count that differs between lanes', inRegion(each('e', n('lane'))), /depends on lane/],
  ['an empty array', kernel({ workgroup: wide(0) }), /w has the size 0/],
  ['16 KiB of workgroup memory', kernel({ workgroup: wide(4096) }), undefined],
  ['more than 16 KiB of workgroup memory', kernel({ workgroup: wide(4097) }), /16388 bytes/],
  [
    'nine bindings',
    kernel({
      bindings: Array.from({ length: 9 }, (_, b) => ({ name: `b${b}`, element: 'f32', access: 'read' })),
    }),
    /9 storage bindings/,
  ],
  ['a workgroup of 257', kernel({ workgroupSize: 257 }), /a workgroup of 257/],
])('%s', (_, bad, message) => {
  const found = verify(bad)
  if (message === undefined) expect(found).toEqual([])
  else expect(found.join('\n')).toMatch(message)
})

test('all faults are told at once', () => {
  expect(verify(inRegion(store('x', i(0), i(1)), letReal('a', n('b'))))).toHaveLength(3)
})
