import { expect, test } from 'vitest'
import { check } from '../../compiler/1-check/index.ts'
import { float64 } from '../../compiler/float64.ts'
import { evaluate } from '../../compiler/reference.ts'
import { parse } from '../../grammar/parse.ts'
import { stdlibSource } from './stdlib.ts'

/** What a feature map gives: a layer without a memory that only applies it. */
const apply = (map: string, x: readonly number[], size: string): readonly number[] => {
  const text = `
    use "./maps.mix" (${map})
    mixer applied {
      dim N = ${x.length}
      input x: vec<N>
      state S: mat<N, N>
      S[t] = S[t-1] + x @ x.T
      output y: vec<${size}> = ${map}(x)
    }`
  const { file, diagnostics } = parse({ name: 'applied.mix', text })
  const result = check(file, () => parse(stdlibSource('maps')).file)
  expect([...diagnostics, ...result.diagnostics].map(({ message }) => message)).toEqual([])
  const { outputs } = evaluate(result.layers[0], { N: x.length }, float64, { length: 1, inputs: { x: [x] } })
  return outputs.y[0]
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0)
const close = (given: readonly number[], wanted: readonly number[]) => {
  expect(given).toHaveLength(wanted.length)
  given.forEach((x, i) => expect(x).toBeCloseTo(wanted[i], 12))
}

const x = [0.5, -1, 2]
const y = [-0.25, 3, 1]

test('elu1 is positive', () => close(apply('elu1', x, 'N'), [1.5, Math.exp(-1), 3]))

test('squared_relu', () => close(apply('squared_relu', x, 'N'), [0.25, 0, 4]))

test('l2norm has length 1, and leaves zero alone', () => {
  expect(Math.hypot(...apply('l2norm', x, 'N'))).toBeCloseTo(1, 12)
  close(apply('l2norm', [0, 0, 0], 'N'), [0, 0, 0])
})

test('rmsnorm has components of size 1', () => {
  const z = apply('rmsnorm', x, 'N')
  expect(dot(z, z) / 3).toBeCloseTo(1, 5)
})

test('taylor2 gives the exponential to second order', () => {
  const s = dot(x, y) / Math.sqrt(3)
  const product = dot(apply('taylor2', x, '1 + N + N * N'), apply('taylor2', y, '1 + N + N * N'))
  expect(product).toBeCloseTo(1 + s + (s * s) / 2, 12)
})

test('square gives the squared inner product', () => {
  expect(dot(apply('square', x, 'N * N'), apply('square', y, 'N * N'))).toBeCloseTo(dot(x, y) ** 2, 12)
})

test('hedgehog is positive, and each half adds up to 1', () => {
  const z = apply('hedgehog', x, '2 * N')
  expect(z.every((a) => a > 0)).toBe(true)
  expect(z.reduce((a, b) => a + b)).toBeCloseTo(2, 12)
})
