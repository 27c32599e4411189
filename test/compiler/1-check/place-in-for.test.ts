import { expect, test } from 'vitest'
import { checked, layerOf } from '../../support/layer.ts'

test('each member of a for has a variable of its own', () => {
  const { lets, updates } = layerOf(`mixer a { dim K = 4, M = 2 input k: vec<K> state S: vec<K>[M]
    for m in 0..M { let a[m] = m * k  S[m][t] = a[m] } output o: vec<K> = S[0][t] }`)
  expect([lets[0].binder?.variable, updates[0].binder?.variable]).toEqual(['m', 'm_2'])
})

test('a for runs over whole arrays, not over tokens', () => {
  const codes = (bounds: string): readonly string[] =>
    checked(
      `mixer a { input k: scalar for m in ${bounds} { let a[m] = k } output o: scalar = 1 }`,
    ).diagnostics.map((d) => d.code)
  expect(codes('0..3')).toEqual([])
  expect(codes('1..3')).toEqual(['for-from-zero'])
  expect(codes('t-2..t')).toEqual(['for-from-zero'])
  expect(codes('0..k')).toEqual(['not-whole'])
})
