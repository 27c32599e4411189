import { expect, test } from 'vitest'
import { normOf } from '../../../compiler/1-check/norms.ts'
import { layerOf } from '../../support/layer.ts'

const norm = (expression: string): number | undefined => {
  const layer = layerOf(`mixer a {
    dim K = 4
    input k: vec<K>
    input u: vec<K> where norm(u) <= 0.5
    input b: scalar in [0, 2]
    input c: vec<4> in [-1, 1]
    let kn = k / norm(k)
    let x = ${expression}
    output o: scalar = 1
  }`)
  return normOf(layer.lets.find((l) => l.name === 'x')!.value, layer)
}

test.each([
  ['k / norm(k)', 1],
  ['kn', 1],
  ['k / max(norm(k), 1e-6)', 1],
  ['k / (1e-6 + norm(k))', 1],
  ['k / sqrt(sum(k * k) + 1e-6)', 1],
  ['k / sqrt(k.T @ k)', 1],
  ['let y = k in y / sqrt(dot(y, y) + 1e-6)', 1],
  ['u', 0.5],
  ['-b * u', 1],
  ['u.T', 0.5],
  ['u + kn', 1.5],
  ['concat(kn, kn)', Math.SQRT2],
  ['relu(slice(u, 0, 2))', 0.5],
  ['softmax(k)', 1],
  ['onehot(2, K)', 1],
  ['where(b > 1, u, kn)', 1],
  ['kn / (1 + b)', 1],
  ['c', 2],
  ['b', 2],
  ['k', undefined],
  ['k / norm(u)', undefined],
  ['k / (norm(k) - 1)', undefined],
  ['kn + 1', undefined],
])('the norm of %s is at most %s', (expression, expected) => {
  const found = norm(expression)
  if (expected === undefined) expect(found).toBeUndefined()
  else expect(found).toBeCloseTo(expected, 12)
})
