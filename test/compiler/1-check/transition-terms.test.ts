import { expect, test } from 'vitest'
import { printExpr } from '../../../compiler/1-check/print.ts'
import { factorsOfProduct, termsOf, type Term } from '../../../compiler/1-check/transition-terms.ts'
import { checked, layerOf } from '../../support/layer.ts'

const show = ({ negative, factors, left, right, flipped }: Term): string =>
  [
    negative ? '-' : '+',
    ...factors.map((e) => printExpr(e)),
    ...left.map((e) => printExpr(e)),
    flipped ? 'X.T' : 'X',
    ...right.map((e) => printExpr(e)),
  ].join(' ')

const terms = (update: string): readonly string[] | undefined => {
  const { layers } = checked(`mixer a { dim K = 4, V = 3 input k: vec<K> input v: vec<V> input a, b: scalar
    state S: mat<K, V> let r = S[t-1].T @ k S[t] = ${update} output o: vec<V> = S[t].T @ k }`)
  const [layer] = layers
  const target = {
    layer,
    isTarget: (e: Parameters<typeof printExpr>[0]) => e.kind === 'state',
    growthOf: () => undefined,
  }
  return termsOf(layer.updates[0].value, target)?.map(show)
}

test.each([
  ['S[t-1] + k @ v.T', ['+ X']],
  ['k @ v.T', []],
  ['a * S[t-1] / b', ['+ a 1 / b X']],
  ['-(a * (S[t-1] - b * S[t-1]))', ['- a X', '+ b a X']],
  ['(I - k @ k.T) @ S[t-1]', ['+ I - k @ k.T X']],
  ['S[t-1] - b * k @ (S[t-1].T @ k).T', ['+ X', '- b * k k.T X']],
  ['S[t-1] - b * k @ r.T', ['+ X', '- b * k k.T X']],
  ['(v @ v.T @ S[t-1].T).T', ['+ X v v.T']],
  ['let y = S[t-1] in y + y', ['+ X', '+ X']],
])('%s', (update, expected) => {
  expect(terms(update)).toEqual(expected)
})

test('what cannot be told apart is not', () => {
  expect(terms('reshape(S[t-1], K, V)')).toBeUndefined()
})

test('a product in its factors', () => {
  const layer = layerOf('mixer a { dim K = 4 input k: vec<K> output o: vec<K> = k @ k.T @ (k @ k.T) @ k }')
  expect(factorsOfProduct(layer.outputs[0].value).map((e) => printExpr(e))).toEqual([
    'k',
    'k.T',
    'k',
    'k.T',
    'k',
  ])
})
