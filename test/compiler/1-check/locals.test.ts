import { expect, test } from 'vitest'
import { binderOf, localValue } from '../../../compiler/1-check/locals.ts'
import { printExpr } from '../../../compiler/1-check/print.ts'
import { layerOf } from '../../support/layer.ts'

const layer = layerOf(`mixer a { dim K = 4, n = 3 input k: vec<K> state S: vec<K>[n]
  for m in 0..n { S[m][t] = S[m][t-1] + k }
  output o: vec<K> = (let y = k + 1 in y * y) + sum(j in 0..2: k) + (fold X = k for i in 1..3: X) }`)

test('the value behind a local name; a fold’s has none', () => {
  expect(printExpr(localValue(layer, 'y')!)).toBe('k + 1')
  expect(localValue(layer, 'X')).toBeUndefined()
})

test('the bounds of loop variables, of a for as well', () => {
  const bounds = (name: string): readonly string[] =>
    [binderOf(layer, name)!.from, binderOf(layer, name)!.to].map((e) => printExpr(e))
  expect([bounds('m'), bounds('j'), bounds('i')]).toEqual([
    ['0', 'n'],
    ['0', '2'],
    ['1', '3'],
  ])
  expect(binderOf(layer, 'y')).toBeUndefined()
})
