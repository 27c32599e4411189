import { expect, test } from 'vitest'
import { circlesIn, dependenciesOf } from '../../../compiler/1-check/dependencies.ts'
import { layerOf } from '../../support/layer.ts'

const layer = layerOf(`mixer a {
  dim K = 4
  input k: vec<K>
  state A, B, C: vec<K>
  A[t] = A[t-1] + B[t-1]
  B[t] = B[t-1] + c
  C[t] = C[t-1] + tanh(A[end]) + sum(n in 1..3: c[t-n])
  let c = A[t-1] + k
  output o: vec<K> = C[t] + sum(s in t-2..t: c[s])
}`)
const dependencies = dependenciesOf(layer)
const of = (name: string): readonly string[] => dependencies.get(name)!.map((d) => `${d.on} ${d.when}`)

test('who reads whom, and when', () => {
  expect(of('A')).toEqual(['A delayed', 'B delayed'])
  expect(of('B')).toEqual(['B delayed', 'c same'])
  expect(of('C')).toEqual(['C delayed', 'A end', 'c delayed'])
  expect(of('o')).toEqual(['C same', 'c delayed'])
})

test('circles, each after what it depends on', () => {
  expect(circlesIn(dependencies).map((circle) => [...circle].sort())).toEqual([['A', 'B', 'c'], ['C']])
  expect(circlesIn(dependencies, (d) => d.when === 'same')).toEqual([])
})
