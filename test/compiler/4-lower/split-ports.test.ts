import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import type { Condition, MatrixAtom, Polynomial } from '../../../compiler/2-normalize/polynomial.ts'
import { partNames, sourcesOf, splitPorts, type Split } from '../../../compiler/4-lower/split-ports.ts'
import { givenBy, lanesOf, type Given } from '../../support/program-meaning.ts'

const scalar = (name: string): Polynomial => P.input('input', name, 1)
const key = (name: string): Polynomial => P.input('input', name, 3)
const many = (make: (name: string) => Polynomial, count: number): readonly Polynomial[] =>
  Array.from({ length: count }, (_, i) => make(`${make === key ? 'k' : 'a'}${i}`))

const given = givenBy(9)

/** The values again, part after part. */
const valuesOf = ({ values, parts }: Split): readonly (readonly number[])[] => {
  const known = new Map<string, readonly number[]>()
  const withParts: Given = (name) => known.get(name) ?? given(name)
  for (const part of parts) {
    for (const used of partNames(part.value)) expect(known.has(used)).toBe(true)
    known.set(part.name, lanesOf(part.value, withParts))
  }
  return values.map((value) => lanesOf(value, withParts))
}

const room = 5

/** Split, with all that splitting promises. */
const splitSoundly = (...values: readonly Polynomial[]): Split => {
  const split = splitPorts(values, room)
  for (const value of [...split.values, ...split.parts.map((p) => p.value)])
    expect(sourcesOf(value).size).toBeLessThanOrEqual(room)
  valuesOf(split).forEach((lanes, i) => {
    const meant = lanesOf(values[i], given)
    expect(lanes).toHaveLength(meant.length)
    lanes.forEach((x, j) => expect(x).toBeCloseTo(meant[j], 10))
  })
  return split
}

test('leaves alone what a kernel can bind', () => {
  const value = P.productOf(many(scalar, 5))
  expect(splitPorts([value, key('k')], room)).toEqual({ values: [value, key('k')], parts: [] })
})

test('a product of many is taken in parts', () => {
  const { values, parts } = splitSoundly(P.productOf([...many(scalar, 4), ...many(key, 4)]))
  expect(parts).toHaveLength(2)
  expect(partNames(values[0])).toHaveLength(2)
})

test('so is a sum, and a part that two values need is worked out once', () => {
  const sum = P.sumOf(many(key, 7))
  const { parts } = splitSoundly(sum, P.call('tanh', [sum]), P.call('sin', [sum]))
  // Two halves, and their sum as what the functions are of.
  expect(parts).toHaveLength(3)
})

test('a vector stays one where its parts are scalars', () => {
  const { values } = splitSoundly({ ...P.sumOf(many(scalar, 9)), lanes: 3 })
  expect(values[0].lanes).toBe(3)
})

test('parts of parts, where there are very many', () => {
  expect(splitSoundly(P.productOf(many(scalar, 40))).parts.length).toBeGreaterThan(5)
})

const wide = P.productOf(many(key, 7))
const narrow = P.sumLanes(wide, 3)
const M: MatrixAtom = { source: 'input', name: 'M', rows: 3, cols: 3 }
const condition: Condition = {
  kind: 'and',
  left: { kind: 'not', value: { kind: 'compare', op: '<', left: wide, right: narrow } },
  right: { kind: 'or', left: { kind: 'bool', value: true }, right: { kind: 'bool', value: false } },
}

test.each([
  ['an exponent', P.exponential(wide)],
  ['a function', P.call('tanh', [wide])],
  ['a sum over lanes', narrow],
  ['a group', P.power(P.add(wide, scalar('b')), 2)],
  ['a quotient', P.divide(scalar('b'), P.add(wide, P.whole(3)))],
  [
    'a choice',
    P.ofAtom({ kind: 'where', condition, then: wide, else: P.negate(narrow), key: 'where', lanes: 3 }),
  ],
  ['a matrix times', P.ofAtom({ kind: 'matvec', matrix: M, transposed: true, of: wide, key: 'M', lanes: 3 })],
  ['a component', P.ofAtom({ kind: 'component', of: wide, index: 1, key: 'c', lanes: 1 })],
  ['a concatenation', P.ofAtom({ kind: 'concat', parts: [wide, key('k0')], key: 'cc', lanes: 6 })],
  ['a slice', P.ofAtom({ kind: 'slice', of: wide, from: 1, key: 's', lanes: 2 })],
  [
    'a flat outer product',
    P.ofAtom({ kind: 'outer-flat', left: wide, right: key('k1'), key: 'of', lanes: 9 }),
  ],
  ['sums of the first', P.ofAtom({ kind: 'cumsum', of: wide, key: 'cs', lanes: 3 })],
  ['a softmax', P.ofAtom({ kind: 'softmax', of: wide, key: 'sm', lanes: 3 })],
  ['a mask of the largest', P.ofAtom({ kind: 'topk-mask', of: wide, count: 2, key: 'tm', lanes: 3 })],
  [
    'one component',
    P.ofAtom({ kind: 'onehot', index: P.call('floor', [P.power(narrow, 2)]), key: 'oh', lanes: 3 }),
  ],
])('%s of much keeps its meaning', (_, value) => {
  expect(splitSoundly(value).parts.length).toBeGreaterThan(0)
})

test('a row of a matrix and a kept read each take a binding of their own', () => {
  const slab = P.ofAtom({ kind: 'slab', matrix: M, axis: 'row', index: 0, key: 'M[0, :]', lanes: 3 })
  const read = P.ofAtom({
    kind: 'read',
    key: 'read',
    lanes: 3,
    read: { state: 'S', version: 0, axis: 'rows', p: P.productOf(many(key, 7)), lanes: 3 },
  })
  // What was read is there: what it was read with need not be.
  expect([...sourcesOf(P.multiply(slab, read), scalar('b'))].sort()).toEqual(['M', 'b', 'read'])
  splitSoundly(P.productOf([slab, read, ...many(scalar, 5)]))
})

test('whatever the value, splitting keeps its meaning', () => {
  const leaf = fc.nat(11).map((i) => (i % 2 ? scalar(`a${i}`) : key(`k${i}`)))
  const value = fc.letrec<{ p: Polynomial }>((tie) => ({
    p: fc.oneof(
      { depthSize: 'medium' },
      leaf,
      fc.tuple(tie('p'), tie('p')).map(([x, y]) => P.add(x, y)),
      fc.tuple(tie('p'), tie('p')).map(([x, y]) => P.multiply(x, y)),
      tie('p').map((x) => P.call('tanh', [x])),
      tie('p').map((x) => P.sumLanes(x, x.lanes)),
    ),
  })).p
  fc.assert(
    fc.property(fc.array(value, { maxLength: 3 }), (values) => void splitSoundly(...values)),
    { seed: 1, numRuns: 150 },
  )
})
