import { expect, test } from 'vitest'
import { printType } from '../../../compiler/1-check/types.ts'
import { checked, layerOf } from '../../support/layer.ts'

const codes = (members: string): readonly string[] =>
  checked(`mixer a { dim K = 4 input k: vec<K> ${members} output o: vec<K> = k }`).diagnostics.map(
    (d) => d.code,
  )

test('lets come in an order of use, wherever they are written', () => {
  const { lets } = layerOf('mixer a { let a = b + c let b = c let c = 1 output o: scalar = a }')
  expect(lets.map((l) => l.name)).toEqual(['c', 'b', 'a'])
})

test('a let in a for is an array; in its own for it needs no index', () => {
  const { lets } = layerOf(`mixer a { dim K = 4, M = 2 input k: vec<K> state S: vec<K>[M]
    for m in 0..M { let a = m * k let b[m] = a  S[m][t] = b[m] + a } output o: vec<K> = S[0][t] + a[1] }`)
  expect(lets.map((l) => printType(l.type))).toEqual(['vec<K>[M]', 'vec<K>[M]'])
  expect(lets[1].value).toMatchObject({
    kind: 'let',
    name: 'a',
    element: { kind: 'variable', name: lets[1].binder!.variable },
  })
})

test.each([
  ['let a: vec<K> = 0', []],
  ['let a: mat<K, K> = k', ['shape-mismatch']],
  ['let a = k > 0', ['condition-as-number']],
  ['let a = a', ['circular-definition']],
  ['let a = x let b = a + a', ['unknown-name']],
  ['for m in 0..2 { let a[0] = k }', ['for-index']],
  ['for m in 1..2 { let a = k }', ['for-from-zero']],
])('%s', (members, expected) => {
  expect(codes(members)).toEqual(expected)
})
