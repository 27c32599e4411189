import { expect, test } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import type { Atom, Condition, MatrixAtom, Polynomial } from '../../../compiler/2-normalize/polynomial.ts'
import { each, int, load, name, store } from '../../../compiler/4-lower/build.ts'
import { lowerLane, portsOf, temporariesOf, type TokenScope } from '../../../compiler/4-lower/lanes.ts'
import type { Expr, LoopProgram } from '../../../compiler/4-lower/loop-ir.ts'
import { program, region } from './programs.ts'
import { interpreted } from './run.ts'

const x = [0.5, -2, 3, 0.25]
const y = [1, 4, -1, 2]
const M = [
  [1, 2, 3, 4],
  [-1, 0.5, 0, 2],
  [0, -3, 1, 1],
]
const s = [-1.5]
const ports: Readonly<Record<string, readonly number[]>> = { x, y, s, M: M.flat(), pair: [...y, ...x] }

/** All lanes of a polynomial, worked out by a kernel as the token kernels do it: temporaries layer by layer, then it. */
const workedOut = (p: Polynomial, lanes = p.lanes): readonly (number | undefined)[] => {
  const layers = temporariesOf([p])
  const scope: TokenScope = {
    port: (_, port, index) => load(port, index),
    temporary: (t, lane) => load(`kept ${t}`, lane),
    read: (atom, lane) => load(atom, lane),
    part: (part, lane) => load(part, lane),
  }
  const kernel: LoopProgram = program({
    bindings: [
      ...Object.keys(ports).map((port) => ({ name: port, element: 'f32' as const, access: 'read' as const })),
      { name: 'out', element: 'f32', access: 'read_write' },
    ],
    workgroup: layers.flat().map((t) => ({ name: `kept ${t.name}`, element: 'f32', size: t.lanes })),
    body: [
      ...layers.map((layer) =>
        region(
          'temporaries',
          ...layer.map((t) =>
            each(
              'n',
              int(t.lanes),
              t.compute(name('n'), (value) => store(`kept ${t.name}`, name('n'), value), scope),
            ),
          ),
        ),
      ),
      region('values', each('n', int(lanes), [store('out', name('n'), lowerLane(p, name('n'), scope))])),
    ],
  })
  const buffers = Object.fromEntries(
    Object.entries(ports).map(([port, data]) => [port, Float32Array.from(data)]),
  )
  return interpreted(kernel, { ...buffers, out: new Float32Array(lanes) }, 'out')
}

const [px, py, ps] = [P.input('input', 'x', 4), P.input('input', 'y', 4), P.input('param', 's', 1)]
const atom = (of: Atom): Polynomial => P.ofAtom(of)
const component = (of: Polynomial, index: number): Polynomial =>
  atom({ kind: 'component', of, index, key: `(${of.text})[${index}]`, lanes: 1 })
const slice = (of: Polynomial, from: number, lanes: number): Polynomial =>
  atom({ kind: 'slice', of, from, key: `(${of.text})[${from}..${from + lanes}]`, lanes })
const matrix: MatrixAtom = { source: 'input', name: 'M', rows: 3, cols: 4 }
const slab = (axis: 'row' | 'column', index: number, lanes: number): Polynomial =>
  atom({ kind: 'slab', matrix, axis, index, key: `M ${axis} ${index}`, lanes })
const matvec = (of: Polynomial): Polynomial =>
  atom({ kind: 'matvec', matrix, transposed: false, of, key: `M@(${of.text})`, lanes: 3 })
const reduce = (op: 'sum' | 'max' | 'min' | 'argmax', of: Polynomial): Polynomial =>
  atom({ kind: 'reduce', op, of, key: `${op}(${of.text})`, lanes: 1 })
const where = (condition: Condition): Polynomial =>
  atom({ kind: 'where', condition, then: px, else: py, key: P.conditionKey(condition), lanes: 4 })
const concat = (...parts: Polynomial[]): Polynomial => {
  const lanes = parts.reduce((sum, p) => sum + p.lanes, 0)
  return atom({ kind: 'concat', parts, key: parts.map((p) => p.text).join('|'), lanes })
}
const outerFlat = (left: Polynomial, right: Polynomial): Polynomial =>
  atom({
    kind: 'outer-flat',
    left,
    right,
    key: `${left.text}⊗${right.text}`,
    lanes: left.lanes * right.lanes,
  })
const onehot = (index: Polynomial, lanes: number): Polynomial =>
  atom({ kind: 'onehot', index, key: `onehot ${lanes}`, lanes })
const positive: Condition = { kind: 'compare', op: '>', left: px, right: P.zero }
const sum = (a: readonly number[]): number => a.reduce((total, n) => total + n, 0)
const exps = x.map((n) => Math.exp(n - 3))

test.each<[string, Polynomial, readonly number[]]>([
  ['a number', P.whole(3), [3]],
  ['nothing', P.zero, [0]],
  ['an input', px, x],
  ['an element of an array', P.input('input', 'pair', 4, 1), x],
  ['a difference', P.subtract(px, py), x.map((n, i) => n - y[i])],
  ['what is only taken away', P.negate(px), x.map((n) => -n)],
  ['a scalar with every lane', P.multiply(ps, px), x.map((n) => -1.5 * n)],
  ['a quotient', P.divide(px, P.multiply(py, py)), x.map((n, i) => n / y[i] ** 2)],
  ['an exponential', P.multiply(py, P.exponential(px)), x.map((n, i) => y[i] * Math.exp(n))],
  ['a function', P.call('tanh', [px]), x.map(Math.tanh)],
  ['a product of sums', P.multiply(P.add(px, ps), P.add(py, ps)), x.map((n, i) => (n - 1.5) * (y[i] - 1.5))],
  ['a row', slab('row', 1, 4), M[1]],
  ['a column', slab('column', 2, 3), M.map((row) => row[2])],
  ['where', where(positive), x.map((n, i) => (n > 0 ? n : y[i]))],
  ['where not', where({ kind: 'not', value: positive }), x.map((n, i) => (n > 0 ? y[i] : n))],
  [
    'where both',
    where({ kind: 'and', left: positive, right: { kind: 'compare', op: '<', left: px, right: P.one } }),
    x.map((n, i) => (n > 0 && n < 1 ? n : y[i])),
  ],
  ['where either', where({ kind: 'or', left: positive, right: { kind: 'bool', value: true } }), x],
  ['a component', component(P.add(px, py), 2), [2]],
  ['a slice', slice(px, 1, 2), [-2, 3]],
  ['parts side by side', concat(ps, slice(px, 2, 2), py), [-1.5, 3, 0.25, ...y]],
  [
    'an outer product',
    outerFlat(slice(px, 0, 2), slice(py, 1, 3)),
    [0.5, -2].flatMap((n) => [4, -1, 2].map((m) => n * m)),
  ],
  ['a one', onehot(component(py, 3), 4), [0, 0, 1, 0]],
  ['a sum', reduce('sum', px), [sum(x)]],
  ['the largest', reduce('max', px), [3]],
  ['the least', reduce('min', px), [-2]],
  ['where the largest is', reduce('argmax', px), [2]],
  ['where the first of equals is', reduce('argmax', concat(ps, px, px)), [3]],
  ['a matrix product', matvec(px), M.map((row) => sum(row.map((m, i) => m * x[i])))],
  [
    'a matrix product from the left',
    atom({ kind: 'matvec', matrix, transposed: true, of: slice(py, 0, 3), key: 'yM', lanes: 4 }),
    x.map((_, i) => sum(M.map((row, r) => row[i] * y[r]))),
  ],
  ['running sums', atom({ kind: 'cumsum', of: px, key: 'cumsum', lanes: 4 }), [0.5, -1.5, 1.5, 1.75]],
  ['the two largest', atom({ kind: 'topk-mask', of: px, count: 2, key: 'top', lanes: 4 }), [1, 0, 1, 0]],
  [
    'the first of equals among the largest',
    atom({ kind: 'topk-mask', of: P.whole(1), count: 2, key: 'ties', lanes: 3 }),
    [1, 1, 0],
  ],
  ['shares', atom({ kind: 'softmax', of: px, key: 'softmax', lanes: 4 }), exps.map((e) => e / sum(exps))],
  [
    'values kept for values kept',
    P.multiply(px, P.power(P.call('sqrt', [reduce('sum', P.multiply(px, px))]), -1)),
    x.map((n) => n / Math.hypot(...x)),
  ],
])('%s', (_, p, wanted) => {
  const found = workedOut(p)
  expect(found).toHaveLength(wanted.length)
  found.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 12))
})

test.each<[string, Polynomial, number]>([
  ['input', ps, -1.5],
  ['component', component(px, 2), 3],
  ['slice of one', slice(px, 2, 1), 3],
  ['function of a slice of one', P.call('abs', [slice(px, 1, 1)]), 2],
  [
    'row of one',
    atom({
      ...(P.asAtom(slab('row', 0, 1)) as Extract<Atom, { kind: 'slab' }>),
      matrix: { ...matrix, name: 's', rows: 1, cols: 1 },
    }),
    -1.5,
  ],
  ['one place', onehot(P.zero, 1), 1],
  ['outer product of scalars', outerFlat(ps, slice(px, 1, 1)), 3],
  ['sum', reduce('sum', px), 1.75],
  [
    'matrix product of one row',
    atom({ kind: 'matvec', matrix: { ...matrix, rows: 1 }, transposed: false, of: px, key: 'M0x', lanes: 1 }),
    sum(M[0].map((m, i) => m * x[i])),
  ],
  ['running sum of one', atom({ kind: 'cumsum', of: ps, key: 'cumsum', lanes: 1 }), -1.5],
])('a scalar meets every lane of a vector: %s', (_, scalar, value) => {
  const found = workedOut(P.multiply(scalar, py))
  found.forEach((product, i) => expect(product).toBeCloseTo(value * y[i], 12))
})

test('what is kept is kept once, after what it is made of', () => {
  const inner = reduce('sum', px)
  const outer = reduce('max', P.multiply(inner, py))
  const layers = temporariesOf([P.add(inner, outer), P.multiply(outer, px)])
  expect(layers.map((layer) => layer.map((t) => t.name))).toEqual([['sum(x)'], [P.asAtom(outer)!.key]])
})

test('what stands in a read is not worked out again', () => {
  const read: Atom = {
    kind: 'read',
    read: { state: 'S', version: 0, axis: 'rows', p: matvec(px), lanes: 4 },
    key: 'S r1',
    lanes: 4,
  }
  expect(temporariesOf([atom(read)])).toEqual([])
})

test('a read where the token has none is our fault, not the user’s', () => {
  const scope: TokenScope = { port: () => int(0), temporary: () => int(0) }
  const read = { state: 'S', version: 0, axis: 'rows', p: px, lanes: 4 } as const
  expect(() => lowerLane(atom({ kind: 'read', read, key: 'r', lanes: 4 }), int(0), scope)).toThrow('a read')
  expect(() => lowerLane(atom({ kind: 'part', key: 'p', lanes: 4 }), int(0), scope)).toThrow('a part')
})

test('parts and reads are taken where the scope says', () => {
  const scope: TokenScope = {
    port: () => int(0),
    temporary: () => int(0),
    part: (part, lane): Expr => load(`parts ${part}`, lane),
  }
  expect(lowerLane(atom({ kind: 'part', key: 'p', lanes: 4 }), int(3), scope)).toEqual(
    load('parts p', int(3)),
  )
})

test('the tensors of a value are found at any depth', () => {
  const value = P.add(P.exponential(P.negate(py)), matvec(P.call('tanh', [P.multiply(px, ps)])))
  expect([...portsOf(value)].sort()).toEqual(['M', 's', 'x', 'y'])
})
