import { expect, test } from 'vitest'
import { print } from '../../../compiler/1-check/index.ts'
import { printExpr } from '../../../compiler/1-check/print.ts'
import { checked, layerOf } from '../../support/layer.ts'

test('a layer prints as its typed equations', () => {
  const layer = layerOf(`use std.maps (elu1)
    recurrent mixer a {
      dim K = 4, M = 2 where K % 2 == 0
      input q: vec<K> over s
      input k: vec<K> where norm(k) <= 1
      input g: scalar in (-inf, 0]
      param P: mat<K, K>[M]
      param S0: mat<K, K>
      state S: mat<K, K> = S0
      state R: vec<K>[M]
      for m in 0..M { let x[m] = P[m] @ k  R[m][t] = R[m][t-1] + x[m] }
      S[t] = exp(g) * (I - 0.25 * k @ k.T) @ S[t-1] + elu1(k + 1) @ k[t-3].T
      output o: vec<K> over s = S[end].T @ -q
    }`)
  expect(print(layer)).toBe(`recurrent mixer a
dim K = 4
dim M = 2
where K % 2 == 0
input q: vec<K> over s
input k: vec<K> where norm(k) <= 1
input g: scalar in (-inf, 0]
param P: mat<K, K>[M]
param S0: mat<K, K>
state S: mat<K, K> = S0
state R: vec<K>[M]
for m in 0..M { let x[m]: vec<K> = P[m] @ k }
S[t] = exp(g) * (I - 0.25 * k @ k.T) @ S[t-1] + (let x_2 = k + 1 in where(x_2 > 0, x_2 + 1, exp(x_2))) @ k[t-3].T
for m_2 in 0..M { R[m_2][t] = R[m_2][t-1] + x[m_2] }
output o: vec<K> over s = S[end].T @ -q`)
})

test.each([
  '(k + q) * 2',
  'k - (q - k)',
  'k / (q * k)',
  '-k ^ 2',
  '(-k) ^ 2',
  'k ^ -2',
  '2 ^ 3 ^ 2 * k',
  '(2 ^ 3) ^ 2 * k',
  '(k @ q.T).T @ k',
  'where(!(k > 0) && (q > 0 || k == q), k, 1000)',
  'sum(j in 0..4: k[j] * q)',
  'fold X = k for j in 0..2: X + q',
  '(let y = k in y) + q',
  '1 / 3 * k',
])('%s means the same when it is read again', (expression) => {
  const read = (text: string): string => {
    const layer = layerOf(`mixer a { dim K = 4 input k, q: vec<K> output o: vec<K> = ${text} }`)
    return printExpr(layer.outputs[0].value)
  }
  expect(read(expression)).toBe(expression)
})

test('what printed is valid text', () => {
  const layer = layerOf('mixer a { dim K = 4 input k: vec<K> output o: vec<K> = k * 1e-5 }')
  expect(printExpr(layer.outputs[0].value)).toBe('k * 0.00001')
  expect(checked('mixer a { input k: scalar output o: scalar = k * 0.00001 }').diagnostics).toEqual([])
})
