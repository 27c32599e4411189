import { scalarFunctions, type ScalarFunction } from '../../../compiler/builtins.ts'
import type { BinaryOp, Expr, LoopProgram, Statement, Step } from '../../../compiler/4-lower/loop-ir.ts'
import { parseRational } from '../../../compiler/rational.ts'

// Short spellings for programs written by hand.

export const i = (value: number): Expr => ({ kind: 'int', value })
export const r = (text: string): Expr => ({ kind: 'real', value: parseRational(text) })
export const n = (name: string): Expr => ({ kind: 'name', name })
export const at = (array: string, index: Expr): Expr => ({ kind: 'load', array, index })
export const op = (left: Expr, o: BinaryOp, right: Expr): Expr => ({ kind: 'binary', op: o, left, right })
export const call = (fn: ScalarFunction, ...args: Expr[]): Expr => ({ kind: 'call', fn, args })
export const store = (array: string, index: Expr, value: Expr): Statement => ({
  kind: 'store',
  array,
  index,
  value,
})
export const each = (variable: string, count: Expr, ...body: Statement[]): Statement => ({
  kind: 'each',
  variable,
  count,
  body,
})
export const loop = (variable: string, to: Expr, ...body: Statement[]): Statement => ({
  kind: 'for',
  variable,
  from: i(0),
  to,
  body,
})
export const region = (note: string, ...body: Statement[]): Step => ({ kind: 'region', note, body })
export const program = (parts: Partial<LoopProgram> & Pick<LoopProgram, 'body'>): LoopProgram => ({
  name: 'test-program',
  doc: 'for a test',
  bindings: [],
  uniforms: [],
  workgroupSize: 8,
  workgroup: [],
  private: [],
  ...parts,
})

/** C = A B for 12×12 matrices in tiles of 4×4, staged in workgroup memory; one workgroup a tile. */
export const matrixProduct = program({
  name: 'matrix-product',
  doc: 'C = A B',
  bindings: [
    { name: 'a', element: 'f32', access: 'read' },
    { name: 'b', element: 'f32', access: 'read' },
    { name: 'c', element: 'f32', access: 'read_write' },
  ],
  uniforms: ['size'],
  workgroup: [
    { name: 'left', element: 'f32', size: 16 },
    { name: 'right', element: 'f32', size: 16 },
  ],
  private: [{ name: 'sum', element: 'f32', size: 2 }],
  body: [
    {
      kind: 'for',
      variable: 'tile',
      from: i(0),
      to: op(n('size'), '/', i(4)),
      body: [
        region(
          'stage both tiles',
          each(
            'e',
            i(16),
            { kind: 'let', name: 'row', type: 'i32', value: op(n('e'), '/', i(4)) },
            { kind: 'let', name: 'col', type: 'i32', value: op(n('e'), '%', i(4)) },
            store(
              'left',
              n('e'),
              at(
                'a',
                op(
                  op(op(op(n('group.y'), '*', i(4)), '+', n('row')), '*', n('size')),
                  '+',
                  op(op(n('tile'), '*', i(4)), '+', n('col')),
                ),
              ),
            ),
            store(
              'right',
              n('e'),
              at(
                'b',
                op(
                  op(op(op(n('tile'), '*', i(4)), '+', n('row')), '*', n('size')),
                  '+',
                  op(op(n('group.x'), '*', i(4)), '+', n('col')),
                ),
              ),
            ),
          ),
        ),
        region('multiply', {
          kind: 'for',
          variable: 'p',
          from: i(0),
          to: i(2),
          unroll: true,
          body: [
            { kind: 'let', name: 'cell', type: 'i32', value: op(n('lane'), '+', op(n('p'), '*', i(8))) },
            { kind: 'var', name: 'total', type: 'f32', value: at('sum', n('p')) },
            loop('k', i(4), {
              kind: 'assign',
              name: 'total',
              value: op(
                n('total'),
                '+',
                op(
                  at('left', op(op(op(n('cell'), '/', i(4)), '*', i(4)), '+', n('k'))),
                  '*',
                  at('right', op(op(n('k'), '*', i(4)), '+', op(n('cell'), '%', i(4)))),
                ),
              ),
            }),
            store('sum', n('p'), n('total')),
          ],
        }),
      ],
    },
    region('write the tile', {
      kind: 'for',
      variable: 'p',
      from: i(0),
      to: i(2),
      unroll: true,
      body: [
        { kind: 'let', name: 'cell', type: 'i32', value: op(n('lane'), '+', op(n('p'), '*', i(8))) },
        store(
          'c',
          op(
            op(op(op(n('group.y'), '*', i(4)), '+', op(n('cell'), '/', i(4))), '*', n('size')),
            '+',
            op(op(n('group.x'), '*', i(4)), '+', op(n('cell'), '%', i(4))),
          ),
          at('sum', n('p')),
        ),
      ],
    }),
  ],
})

/** Sums of the first 1, 2, … 20 values, doubling the reach in each round between two arrays. */
export const scan = program({
  name: 'scan',
  doc: 'running sums',
  bindings: [
    { name: 'x', element: 'f32', access: 'read' },
    { name: 'y', element: 'f32', access: 'read_write' },
  ],
  workgroup: [{ name: 'sums', element: 'f32', size: 40 }],
  body: [
    region('load', each('e', i(20), store('sums', n('e'), at('x', n('e'))))),
    {
      kind: 'for',
      variable: 'round',
      from: i(0),
      to: i(5),
      body: [
        { kind: 'let', name: 'from', value: op(op(n('round'), '%', i(2)), '*', i(20)) },
        { kind: 'let', name: 'into', value: op(i(20), '-', n('from')) },
        region(
          'reach twice as far',
          { kind: 'var', name: 'reach', type: 'i32', value: i(1) },
          loop('s', n('round'), { kind: 'assign', name: 'reach', value: op(n('reach'), '*', i(2)) }),
          each(
            'e',
            i(20),
            { kind: 'var', name: 'sum', type: 'f32', value: at('sums', op(n('from'), '+', n('e'))) },
            {
              kind: 'if',
              condition: op(n('e'), '>=', n('reach')),
              then: [
                {
                  kind: 'assign',
                  name: 'sum',
                  value: op(n('sum'), '+', at('sums', op(op(n('from'), '+', n('e')), '-', n('reach')))),
                },
              ],
            },
            store('sums', op(n('into'), '+', n('e')), n('sum')),
          ),
        ),
      ],
    },
    region('store', each('e', i(20), store('y', n('e'), at('sums', op(i(20), '+', n('e')))))),
  ],
})

/** The sum of each row of a table, as a tree; the number of values in a row comes from a table. */
export const reduction = program({
  name: 'reduction',
  doc: 'sums of rows',
  bindings: [
    { name: 'table.rows', element: 'i32', access: 'read' },
    { name: 'x', element: 'f32', access: 'read' },
    { name: 'out', element: 'f32', access: 'read_write' },
  ],
  workgroup: [{ name: 'part', element: 'f32', size: 8 }],
  body: [
    { kind: 'let', name: 'first', value: at('table.rows', op(n('group.x'), '*', i(2))) },
    { kind: 'let', name: 'count', value: at('table.rows', op(op(n('group.x'), '*', i(2)), '+', i(1))) },
    {
      kind: 'if',
      condition: op(n('count'), '>', i(0)),
      body: [
        region(
          'sum what each lane sees',
          { kind: 'var', name: 'sum', type: 'f32', value: r('0') },
          each('e', n('count'), {
            kind: 'assign',
            name: 'sum',
            value: op(n('sum'), '+', at('x', op(n('first'), '+', n('e')))),
          }),
          store('part', n('lane'), n('sum')),
        ),
        {
          kind: 'for',
          variable: 'level',
          from: i(0),
          to: i(3),
          body: [
            region(
              'halve',
              { kind: 'var', name: 'reach', type: 'i32', value: i(4) },
              loop('s', n('level'), { kind: 'assign', name: 'reach', value: op(n('reach'), '/', i(2)) }),
              {
                kind: 'if',
                condition: op(n('lane'), '<', n('reach')),
                then: [
                  store(
                    'part',
                    n('lane'),
                    op(at('part', n('lane')), '+', at('part', op(n('lane'), '+', n('reach')))),
                  ),
                ],
              },
            ),
          ],
        },
        region('store', {
          kind: 'if',
          condition: op(n('lane'), '==', i(0)),
          then: [store('out', n('group.x'), at('part', i(0)))],
        }),
      ],
    },
  ],
})

const forms: readonly [string, Expr][] = [
  ['real', r('-1.5e-3')],
  ['infinity', call('max', { kind: 'infinity', sign: -1 }, n('x'))],
  ['negate', { kind: 'negate', value: n('x') }],
  ['add', op(n('x'), '+', r('0.25'))],
  ['subtract', op(n('x'), '-', r('0.1'))],
  ['multiply', op(n('x'), '*', n('x'))],
  ['divide', op(n('x'), '/', r('3'))],
  ['nested', op(op(n('x'), '-', r('1')), '-', op(n('x'), '-', op(r('2'), '*', n('x'))))],
  ['load', at('t', op(i(3), '-', op(n('k'), '%', i(4))))],
  ['real-of', { kind: 'real-of', value: op(op(n('k'), '*', i(3)), '-', i(7)) }],
  ['int-of', { kind: 'real-of', value: { kind: 'int-of', value: call('floor', n('x')) } }],
  ['int-divide', { kind: 'real-of', value: op(op(n('k'), '*', i(3)), '/', i(2)) }],
  [
    'int-min',
    { kind: 'real-of', value: { kind: 'int-min', left: n('k'), right: { kind: 'negate', value: i(2) } } },
  ],
  ['int-max', { kind: 'real-of', value: { kind: 'int-max', left: n('k'), right: i(3) } }],
  ...(['<', '<=', '>', '>=', '==', '!='] as const).flatMap((o): [string, Expr][] => [
    [`real ${o}`, { kind: 'select', condition: op(n('x'), o, r('0.5')), then: r('1'), else: r('2') }],
    [`int ${o}`, { kind: 'select', condition: op(n('k'), o, i(3)), then: r('1'), else: r('2') }],
  ]),
  ...(['&&', '||'] as const).map((o): [string, Expr] => [
    o,
    {
      kind: 'select',
      condition: op(op(n('x'), '<', r('0.5')), o, { kind: 'not', value: n('odd') }),
      then: n('x'),
      else: r('2'),
    },
  ]),
  [
    'select of i32',
    { kind: 'real-of', value: { kind: 'select', condition: n('odd'), then: n('k'), else: i(-1) } },
  ],
  [
    'select of bool',
    {
      kind: 'select',
      condition: {
        kind: 'select',
        condition: n('odd'),
        then: op(n('x'), '<', r('0')),
        else: { kind: 'bool', value: true },
      },
      then: r('1'),
      else: r('0'),
    },
  ],
  ...scalarFunctions
    .filter((fn) => fn !== 'log' && fn !== 'sqrt')
    .map((fn): [string, Expr] => [
      fn,
      fn === 'pow'
        ? call(fn, n('x'), r('3'))
        : ['min', 'max'].includes(fn)
          ? call(fn, n('x'), r('0.3'))
          : call(fn, n('x')),
    ]),
  ['log', call('log', call('abs', n('x')))],
  ['sqrt', call('sqrt', call('abs', n('x')))],
]

export const formNames = forms.map(([name]) => name)

/** Every kind of expression on 11 values, one row of results each; names that no target would take. */
export const everyForm = program({
  name: 'every-form',
  doc: 'every kind\nof expression',
  bindings: [
    { name: 'class.while', element: 'f32', access: 'read' },
    { name: 'α', element: 'f32', access: 'read_write' },
  ],
  uniforms: ['texture', 'var'],
  workgroup: [{ name: 't', element: 'f32', size: 4 }],
  body: [
    region(
      'table',
      each('e', i(4), store('t', n('e'), { kind: 'real-of', value: op(n('e'), '*', n('var')) })),
    ),
    region(
      'apply',
      each(
        'k',
        i(11),
        { kind: 'let', name: 'x', type: 'f32', value: at('class.while', n('k')) },
        { kind: 'let', name: 'odd', type: 'bool', value: op(op(n('k'), '%', i(2)), '==', i(1)) },
        ...forms.map(([, value], row) => store('α', op(i(row * 11), '+', n('k')), value)),
        {
          kind: 'if',
          condition: n('odd'),
          then: [
            {
              kind: 'for',
              variable: 'j',
              from: i(0),
              to: n('texture'),
              down: true,
              body: [
                store(
                  'α',
                  op(i(forms.length * 11), '+', n('k')),
                  op({ kind: 'real-of', value: n('j') }, '+', n('x')),
                ),
              ],
            },
          ],
          else: [store('α', op(i(forms.length * 11), '+', n('k')), r('7'))],
        },
      ),
    ),
  ],
})

/** y = f(x), or f(x, y) for functions of two. */
export const applyFunction = (fn: ScalarFunction, count: number): LoopProgram =>
  program({
    name: `apply-${fn}`,
    bindings: [
      { name: 'x', element: 'f32', access: 'read' },
      { name: 'y', element: 'f32', access: 'read' },
      { name: 'out', element: 'f32', access: 'read_write' },
    ],
    workgroupSize: 64,
    body: [
      region(
        fn,
        each(
          'e',
          i(count),
          store(
            'out',
            n('e'),
            ['pow', 'min', 'max'].includes(fn)
              ? call(fn, at('x', n('e')), at('y', n('e')))
              : op(call(fn, at('x', n('e'))), '+', op(r('0'), '*', at('y', n('e')))),
          ),
        ),
      ),
    ],
  })
