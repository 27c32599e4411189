import type { ScalarFunction } from './builtins.ts'
import type { Domain } from './domain.ts'
import { toNumber } from './rational.ts'

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

const tanhApproximation = (x: number): number =>
  Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))

/** Neither side overflows: e^−|x| ≤ 1. */
const sigmoid = (x: number): number => {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** Every function of scalars in doubles, accurate to a few units in the last place. */
export const doubleFunctions: Readonly<Record<ScalarFunction, (x: number, y: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid,
  logsigmoid: (x) => -softplus(-x),
  softplus,
  silu: (x) => x * sigmoid(x),
  gelu: (x) => 0.5 * x * (1 + tanhApproximation(x)),
  relu: (x) => Math.max(x, 0),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  floor: Math.floor,
  pow: Math.pow,
  min: Math.min,
  max: Math.max,
  expm1: Math.expm1,
}

/** Doubles: what a layer's meaning is computed in where kernels are measured against it. */
export const float64: Domain<number> = {
  name: 'float64',
  zero: 0,
  one: 1,
  constant: toNumber,
  infinity: (sign) => sign * Infinity,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  negate: (a) => -a,
  call: (fn, args) => doubleFunctions[fn](args[0], args[1]),
  less: (a, b) => a < b,
  equal: (a, b) => a === b,
  index: (a) => (Number.isInteger(a) ? a : undefined),
  fromIndex: (i) => i,
}
