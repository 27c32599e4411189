import { expect, test } from 'vitest'
import type { Expr } from '../../../compiler/1-check/layer.ts'
import { childrenOf, mapChildren, walk } from '../../../compiler/1-check/walk.ts'
import { layerOf } from '../../support/layer.ts'

const layer =
  layerOf(`mixer a { dim K = 4, n = 3 input k: vec<K> input w: vec<K>[n] param p: vec<K>[n] state S: vec<K>[n]
  for m in 0..n { S[m][t] = S[m][t-1] + k }
  let a = where(!(k > 0), -k[t-n].T.T, S[1][t]) + w[2][t-1] + p[0]
  output r: vec<K> = k
  output o: vec<K> = (let y = k + inf in y) + sum(j in 0..2: k[j] * a) + (fold X = k for i in 1..n: X * pos) + I @ r[t-1] }`)
const values = [...layer.lets, ...layer.updates, ...layer.outputs].map((item) => item.value)

test('nothing is passed over: the same children are visited and mapped', () => {
  for (const value of values)
    walk(value, (expr) => {
      const mapped: Expr[] = []
      mapChildren(expr, (child) => {
        mapped.push(child)
        return child
      })
      expect(mapped).toEqual(childrenOf(expr))
    })
})

test('mapping with nothing changed gives the same expression', () => {
  const copy = (expr: Expr): Expr => mapChildren(expr, copy)
  for (const value of values) expect(copy(value)).toEqual(value)
})

test('outermost first', () => {
  const kinds: string[] = []
  walk(layer.lets[0].value, (expr) => kinds.push(expr.kind))
  expect(kinds.slice(0, 4)).toEqual(['binary', 'binary', 'call', 'not'])
})
