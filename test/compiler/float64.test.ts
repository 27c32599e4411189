import { expect, test } from 'vitest'
import { doubleFunctions as f, float64 } from '../../compiler/float64.ts'
import { rational } from '../../compiler/rational.ts'

test('gates neither overflow nor lose digits far from zero', () => {
  expect(f.sigmoid(-1000, 0)).toBe(0)
  expect(f.sigmoid(1000, 0)).toBe(1)
  expect(f.sigmoid(-40, 0)).toBeCloseTo(Math.exp(-40), 30)
  expect(f.softplus(1000, 0)).toBe(1000)
  expect(f.softplus(-50, 0)).toBe(Math.exp(-50))
  expect(f.logsigmoid(-1000, 0)).toBe(-1000)
  expect(f.elu(-1e-20, 0)).toBe(-1e-20)
})

test('gelu is the tanh form', () => {
  const x = 0.7
  const inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)
  expect(f.gelu(x, 0)).toBeCloseTo(0.5 * x * (1 + Math.tanh(inner)), 15)
})

test('constants are the nearest doubles, whole ones are indices', () => {
  expect(float64.constant(rational(1, 3))).toBe(1 / 3)
  expect(float64.index(4)).toBe(4)
  expect(float64.index(0.5)).toBeUndefined()
  expect(float64.call('pow', [2, 10])).toBe(1024)
})
