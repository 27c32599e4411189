import type { ScalarFunction } from './builtins.ts'
import type { Rational } from './rational.ts'

/**
 * What numbers are. A layer's meaning (`reference.ts`) and a kernel's (`4-lower/interpret.ts`) are both written
 * over a domain, so that the same two evaluators give float64, float32 and the exact proof over a prime field.
 */
export interface Domain<N> {
  readonly name: string
  readonly zero: N
  readonly one: N
  constant(value: Rational): N
  /** `sign` +1 or −1. */
  infinity(sign: 1 | -1): N
  add(a: N, b: N): N
  subtract(a: N, b: N): N
  multiply(a: N, b: N): N
  divide(a: N, b: N): N
  negate(a: N): N
  call(fn: ScalarFunction, args: readonly N[]): N
  less(a: N, b: N): boolean
  equal(a: N, b: N): boolean
  /** For whole numbers that come out of arithmetic (`floor`, `argmax`): as an index, or undefined. */
  index(a: N): number | undefined
  /** A whole number as a value (`pos`, loop variables). */
  fromIndex(i: number): N
}
