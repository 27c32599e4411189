import { expect, test } from 'vitest'
import { normBoundIn, portsIn, promisesIn } from '../../../compiler/1-check/promises.ts'
import { printExpr } from '../../../compiler/1-check/print.ts'
import { layerOf } from '../../support/layer.ts'

const promise = (text: string) =>
  layerOf(`mixer a { dim K = 4 input k: vec<K> where ${text} output o: vec<K> = k }`).inputs[0].where!

test('promises one by one', () => {
  expect(promisesIn(promise('norm(k) <= 1 && sum(k) > 0 && k[0] == 1')).map((e) => printExpr(e))).toEqual([
    'norm(k) <= 1',
    'sum(k) > 0',
    'k[0] == 1',
  ])
})

test('the inputs that are spoken of', () => {
  expect(portsIn(promise('norm(k) <= k[0] * K'))).toEqual(['k'])
})

test.each([
  ['norm(k) <= 1', 1],
  ['norm(k) < 1 / 2', 0.5],
  ['2 >= norm(k)', 2],
  ['norm(k) == 1', 1],
  ['norm(k) >= 1', undefined],
  ['1 < norm(k)', undefined],
  ['norm(2 * k) <= 1', undefined],
  ['norm(k) <= K', undefined],
  ['sum(k) <= 1', undefined],
  ['norm(k) <= 1 || k[0] > 0', undefined],
])('%s bounds the norm by %s', (text, expected) => {
  expect(normBoundIn(promise(text), 'k')).toBe(expected)
})
