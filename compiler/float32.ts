import type { Domain } from './domain.ts'
import { doubleFunctions, float64 } from './float64.ts'

const round = Math.fround

/**
 * Single precision: every result is rounded once. `+ − × ÷` and `sqrt` of floats are exact in this way (a double
 * has more than twice the digits); the other functions are the doubles' own, rounded, so better than any device's.
 */
export const float32: Domain<number> = {
  ...float64,
  name: 'float32',
  constant: (value) => round(float64.constant(value)),
  add: (a, b) => round(a + b),
  subtract: (a, b) => round(a - b),
  multiply: (a, b) => round(a * b),
  divide: (a, b) => round(a / b),
  call: (fn, args) => round(doubleFunctions[fn](args[0], args[1])),
  fromIndex: (i) => round(i),
}
