import { expect, test } from 'vitest'
import type { Type } from '../../../compiler/1-check/layer.ts'
import { printType } from '../../../compiler/1-check/types.ts'
import { hasUnknown } from '../../../compiler/1-check/unknowns.ts'
import { walk } from '../../../compiler/1-check/walk.ts'
import { checked, layerOf } from '../../support/layer.ts'

test('once all has been seen no size is open', () => {
  const layer = layerOf(`fn scaled<N>(x: vec<N>): vec<N> = N ^ -0.5 * x
    mixer a { dim K = 4 input k: vec<K> where norm(k) <= 1 state S: mat<K, K>
      let J = 2 * I
      S[t] = (I - J) @ S[t-1] + k @ k.T
      output o: vec<K> = solve(I + S[t], scaled(k)) }`)
  const types: Type[] = []
  for (const { value } of [...layer.lets, ...layer.updates, ...layer.outputs])
    walk(value, (e) => {
      types.push(e.type)
      if (e.kind === 'size') expect(hasUnknown(e.size)).toBe(false)
    })
  expect(types.some((type) => hasUnknown(type.rows) || hasUnknown(type.cols))).toBe(false)
  expect(printType(layer.lets[0].type)).toBe('mat<K, K>')
})

test('an I that nothing decides is reported, once', () => {
  const { diagnostics } = checked('mixer a { let J = I + 2 * I output o: scalar = 1 }')
  expect(diagnostics.map((d) => d.code)).toEqual(['size-unknown', 'size-unknown'])
})
