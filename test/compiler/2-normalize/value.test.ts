import { expect, test } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import type { Polynomial } from '../../../compiler/2-normalize/polynomial.ts'
import {
  addValues, asMatrix, component, lanes, matmul, matrix, negateValue, Refusal, scalar, timesValues, transpose,
  type Matrix, type MatrixTerm, type Value,
} from '../../../compiler/2-normalize/value.ts' // prettier-ignore
import { givenBy, lanesOf } from '../../support/program-meaning.ts'
import { key, scalar as number, value as short } from './programs.ts'

const given = givenBy(4)
const [K, V] = [3, 2]
const [k, l, v, w] = [key('k'), key('l'), short('v'), short('w')]
const column = (p: Polynomial): Value => lanes(p.lanes, 1, p)
const row = (p: Polynomial): Value => lanes(1, p.lanes, p)
const S: Value = matrix(K, V, [
  {
    kind: 'state',
    state: { name: 'S', version: 0, rows: K, cols: V },
    transposed: false,
    left: P.one,
    right: P.one,
  },
])
const givenMatrix = (name: string, rows: number, cols: number): Value =>
  matrix(rows, cols, [
    {
      kind: 'given',
      matrix: { source: 'input', name, rows, cols },
      transposed: false,
      left: P.one,
      right: P.one,
    },
  ])
const identity = matrix(K, K, [{ kind: 'diagonal', value: P.one }])

type Dense = readonly (readonly number[])[]
const at = (x: readonly number[], i: number): number => (x.length === 1 ? x[0] : x[i])

/** What a value comes to where the state S holds the numbers that are given as `S`. */
const dense = (x: Value): Dense => {
  const m = asMatrix(x)
  const entry = (term: MatrixTerm, i: number, j: number): number => {
    switch (term.kind) {
      case 'diagonal':
        return i === j ? at(lanesOf(term.value, given), i) : 0
      case 'outer':
        return at(numbers(term.u), i) * at(numbers(term.w), j)
      case 'state':
      case 'given': {
        const { name, cols } = term.kind === 'state' ? term.state : term.matrix
        const [r, c] = term.transposed ? [j, i] : [i, j]
        return at(numbers(term.left), i) * given(name)[r * cols + c] * at(numbers(term.right), j)
      }
    }
  }
  return Array.from({ length: m.rows }, (_, i) =>
    Array.from({ length: m.cols }, (_, j) => m.terms.reduce((sum, t) => sum + entry(t, i, j), 0)),
  )
}
/** Lanes, where reads of S are what they read. */
const numbers = (p: Polynomial): number[] => {
  const reads = new Map(
    P.readsIn(p).map((r): [string, number[]] => {
      const q = lanesOf(r.p, given)
      const s = (i: number, j: number): number => given('S')[i * V + j]
      const sum = (n: number, f: (x: number) => number): number =>
        Array.from({ length: n }, (_, x) => f(x)).reduce((a, b) => a + b, 0)
      const values =
        r.axis === 'rows'
          ? Array.from({ length: V }, (_, j) => sum(K, (i) => s(i, j) * at(q, i)))
          : Array.from({ length: K }, (_, i) => sum(V, (j) => s(i, j) * at(q, j)))
      return [`read(S@0, ${r.axis}, ${P.keyOf(r.p)})`, values]
    }),
  )
  return lanesOf(p, (name) => reads.get(name) ?? given(name))
}

const product = (a: Dense, b: Dense): Dense =>
  a.map((r) => b[0].map((_, j) => r.reduce((sum, x, i) => sum + x * b[i][j], 0)))
const flip = (a: Dense): Dense => a[0].map((_, j) => a.map((r) => r[j]))
const zip = (a: Dense, b: Dense, f: (x: number, y: number) => number): Dense =>
  a.map((r, i) => r.map((x, j) => f(x, b[i][j])))
const expectSame = (a: Dense, b: Dense): void =>
  a.forEach((r, i) => r.forEach((x, j) => expect(x).toBeCloseTo(b[i][j], 10)))

const wide = givenMatrix('M', K, V)
const square = givenMatrix('A', K, K)
const values: readonly Value[] = [
  S,
  wide,
  column(k),
  row(v),
  scalar(number('a')),
  identity,
  matmul(column(k), row(v)),
  addValues(identity, matmul(column(k), row(l)), -1),
  transpose(S),
  matrix(K, K, [{ kind: 'diagonal', value: k }]),
  square,
]

test('products of everything with everything that is lowered mean the product', () => {
  let products = 0
  for (const a of values)
    for (const b of values) {
      if (asMatrix(a).cols !== asMatrix(b).rows) continue
      let result: Value
      try {
        result = matmul(a, b)
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal)
        continue
      }
      products++
      expectSame(dense(result), product(dense(a), dense(b)))
    }
  expect(products).toBeGreaterThan(30)
})

test('sums, differences and negation', () => {
  for (const [a, b] of [
    [S, wide],
    [column(k), column(l)],
    [identity, square],
    [matmul(column(k), row(v)), S],
  ] as const) {
    expectSame(
      dense(addValues(a, b, 1)),
      zip(dense(a), dense(b), (x, y) => x + y),
    )
    expectSame(
      dense(addValues(a, b, -1)),
      zip(dense(a), dense(b), (x, y) => x - y),
    )
    expectSame(
      dense(negateValue(a)),
      zip(dense(a), dense(a), (x) => -x),
    )
  }
})

test('a scalar beside a matrix is added to every entry', () => {
  const sum = addValues(S, scalar(number('a')), 1)
  expectSame(
    dense(sum),
    dense(S).map((r) => r.map((x) => x + given('a')[0])),
  )
})

test('transposing turns rows into columns', () => {
  for (const a of values) expectSame(dense(transpose(a)), flip(dense(a)))
})

test('an elementwise product with an outer product scales rows and columns', () => {
  const outer = matmul(column(k), row(v))
  for (const m of [S, wide, outer]) {
    expectSame(
      dense(timesValues(outer, m)),
      zip(dense(outer), dense(m), (x, y) => x * y),
    )
    expectSame(
      dense(timesValues(m, outer)),
      zip(dense(outer), dense(m), (x, y) => x * y),
    )
  }
  expectSame(
    dense(timesValues(S, scalar(number('a')))),
    dense(S).map((r) => r.map((x) => x * given('a')[0])),
  )
})

test('a read takes out what all lanes of its key share, so that equal reads meet', () => {
  const one = matmul(transpose(S), column(P.multiply(number('a'), k)))
  const two = timesValues(scalar(number('a')), matmul(transpose(S), column(k)))
  expect(one).toEqual(two)
  expect(P.readsIn((one as Extract<Value, { kind: 'lanes' }>).value)).toHaveLength(1)
})

test('a product of two given matrices is a sum of outer products', () => {
  const result = matmul(givenMatrix('M', K, V), transpose(givenMatrix('N', K, V))) as Matrix
  expect(result.terms.map((t) => t.kind)).toEqual(['outer', 'outer'])
  expectSame(dense(result), product(dense(wide), flip(dense(givenMatrix('N', K, V)))))
})

test('a component of a product is the product of the components', () => {
  const p = component(P.add(P.multiply(number('a'), k), P.multiply(k, l)), 1)
  expect(p.lanes).toBe(1)
  expect(lanesOf(p, given)[0]).toBeCloseTo(given('a')[0] * given('k')[1] + given('k')[1] * given('l')[1], 12)
})

const reasonOf = (f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    if (error instanceof Refusal) return error.reason
    throw error
  }
  return 'nothing refused'
}

test.each([
  ['the state times the state', () => matmul(S, transpose(S)), /multiplied by the state/],
  ['a full matrix times the state', () => matmul(square, S), /dense transition/],
  ['a product over many components', () => matmul(givenMatrix('M', K, 40), givenMatrix('N', 40, K)), /dense/],
  ['the state entry by entry', () => timesValues(wide, S), /elementwise product with the state/],
  [
    'a read with what was read',
    () => matmul(S, matmul(transpose(S), column(k))),
    /read with something that was itself read/,
  ],
])('%s is refused with the reason', (_, f, reason) => {
  expect(reasonOf(f)).toMatch(reason)
})

test('a read of a state with one column may scale another read', () => {
  const z = matrix(K, 1, [
    {
      kind: 'state',
      state: { name: 'z', version: 0, rows: K, cols: 1 },
      transposed: false,
      left: P.one,
      right: P.one,
    },
  ])
  const first = matmul(transpose(z), column(k))
  const second = matmul(transpose(z), timesValues(first, column(l)))
  expect(P.readsIn((second as Extract<Value, { kind: 'lanes' }>).value)).toHaveLength(2)
})

test('two rows and two columns make a dot product and an outer product', () => {
  const inner = matmul(row(k), column(l)) as Extract<Value, { kind: 'lanes' }>
  expect([inner.rows, inner.cols]).toEqual([1, 1])
  expectSame(dense(matmul(column(v), row(w))), product(dense(column(v)), dense(row(w))))
})
