import { expect, test } from 'vitest'
import { keyOf } from '../../../compiler/1-check/same-value.ts'
import { layerOf } from '../../support/layer.ts'

const alike = (a: string, b: string): boolean => {
  const layer =
    layerOf(`mixer a { dim K = 4, n = 2 input k, q: vec<K> input w: vec<K>[n] state s: vec<K> s[t] = s[t-1]
    let kn = k / norm(k) let first = ${a} let second = ${b} output o: scalar = 1 }`)
  const [x, y] = ['first', 'second'].map((name) => layer.lets.find((l) => l.name === name)!.value)
  return keyOf(x, layer) === keyOf(y, layer)
}

test.each([
  ['kn', 'k / norm(k)'],
  ['let y = k in y * 2', 'k * 2'],
  ['k.T.T', 'k'],
  ['w[0]', 'w[0]'],
  ['k[t-1]', 'k[t-1]'],
])('%s is written like %s', (a, b) => {
  expect(alike(a, b)).toBe(true)
})

test.each([
  ['k', 'q'],
  ['k[t-1]', 'k'],
  ['w[0]', 'w[1]'],
  ['k * 2', 'k * 3'],
  ['s[t]', 's[t-1]'],
  ['kn[t-1]', 'kn'],
  ['max(k, q)', 'min(k, q)'],
  ['where(k > 0, k, q)', 'where(k < 0, k, q)'],
  ['fold X = k for j in 0..2: X + q', 'fold X = k for j in 0..3: X + q'],
  ['sum(j in 0..2: k[j])', 'max(j in 0..2: k[j])'],
  ['k + -q', 'k + q'],
])('%s is not written like %s', (a, b) => {
  expect(alike(a, b)).toBe(false)
})
