import { expect, test } from 'vitest'
import { shapeOf } from '../../../compiler/reference/shape.ts'
import { readLayer } from '../../support/compiled.ts'

test('shapes follow the declared type, not what its dims come to', () => {
  const layer = readLayer(`mixer m {
    dim K = 4, n = 2
    input a: scalar
    input b: vec<K>
    input c: mat<K, 3>
    input d: vec<K>[n]
    input e: complex vec<K>
    input f: scalar[n]
    output o: scalar = a
  }`)
  const shapes = layer.inputs.map((i) => shapeOf(i.type, { K: 1, n: 2 }))
  expect(shapes).toEqual([[], [1], [1, 3], [2, 1], [1, 2], [2]])
})
