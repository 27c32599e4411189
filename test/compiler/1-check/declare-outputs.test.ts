import { expect, test } from 'vitest'
import { checked, layerOf } from '../../support/layer.ts'

const codes = (output: string): readonly string[] =>
  checked(`mixer a { dim K = 4 input k: vec<K> ${output} }`).diagnostics.map((d) => d.code)

test('outputs may read one another', () => {
  const { outputs } = layerOf(
    'mixer a { input x: scalar output o: scalar = x output p: scalar = o + o[t-1] }',
  )
  expect(outputs.map((o) => o.name)).toEqual(['o', 'p'])
})

test.each([
  ['output o: vec<K> = 1', []],
  ['output o: complex vec<K> = k', []],
  ['output o: scalar = k', ['shape-mismatch']],
  ['output o: vec<K> = cis(k)', ['complex-value']],
  ['output o: vec<K>[2] = k', ['array-output']],
  ['output o: vec<K> = k > 0', ['condition-as-number']],
  ['output o: vec<J> = k', ['unknown-name']],
  ['output o: vec<K> = k output o: vec<K> = k', ['duplicate-name']],
])('%s', (output, expected) => {
  expect(codes(output)).toEqual(expected)
})
