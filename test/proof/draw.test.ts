import { expect, test } from 'vitest'
import { drawNumbers, drawTensors, elementsOf, smallDims } from '../../proof/draw.ts'
import { field } from '../../proof/field.ts'
import { randomStream } from '../../proof/random.ts'
import { readLayer } from '../support/compiled.ts'

test('small sizes differ, keep counts of steps, and what the layer asks', () => {
  const layer = readLayer(`mixer m {
    dim K = 64, V = 64, n = 2, D = 2 * K where V % 4 == 0
    input x: vec<K>
    input y: vec<V>[n]
    output o: vec<D> = concat(x, x)
  }`)
  const dims = smallDims(layer)
  expect(dims).toMatchObject({ n: 2, D: 2 * dims.K })
  expect(dims.V % 4).toBe(0)
  expect(dims.K).not.toBe(dims.V)
  expect(elementsOf(layer.inputs[1].type, dims)).toBe(2 * dims.V)
})

test('a promised sign is kept', () => {
  const numbers = field(1)
  const signs = (from: number, to: number): Set<number> => {
    const range = { from, to, fromOpen: false, toOpen: false }
    const drawn = drawNumbers(numbers, randomStream(1), 50, range)
    return new Set(drawn.map((x) => numbers.index(numbers.call('sign', [x]))!))
  }
  expect(signs(0, 1)).toEqual(new Set([1]))
  expect(signs(-Infinity, 0)).toEqual(new Set([-1]))
  expect(signs(-1, 1)).toEqual(new Set([-1, 1]))
})

test('tokens at which a root does not exist are drawn again, for every head', () => {
  const layer = readLayer(`mixer m {
    dim K = 64
    input k: vec<K>
    input x: scalar
    param u: scalar
    output o: vec<K> = k / norm(k) * exp(softplus(x + u))
  }`)
  const numbers = field(3)
  const dims = smallDims(layer)
  const sizes = { batch: 2, tokens: 3, heads: 4, groups: { k: 2, x: 4, u: 1 } }
  const tensors = drawTensors(layer, dims, numbers, randomStream(3), sizes)
  expect(tensors.k.shape).toEqual([2, 3, 2, dims.K])
  expect(tensors.u.shape).toEqual([1])
  const before = numbers.accidents()
  for (let row = 0; row < 6; row++)
    for (let h = 0; h < 4; h++) {
      const k = Array.from({ length: dims.K }, (_, i) => tensors.k.data[(row * 2 + (h >> 1)) * dims.K + i])
      const squares = k.map((x) => numbers.multiply(x, x))
      numbers.call('sqrt', [squares.reduce((a, b) => numbers.add(a, b))])
      numbers.call('softplus', [numbers.add(tensors.x.data[row * 4 + h], tensors.u.data[0])])
    }
  expect(numbers.accidents()).toBe(before)
})
