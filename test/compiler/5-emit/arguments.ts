import type { ScalarFunction } from '../../../compiler/builtins.ts'

const steps = (count: number, at: (t: number) => number): number[] =>
  Array.from({ length: count }, (_, e) => at(e / (count - 1)))
/** Evenly from one to the other. */
const evenly = (from: number, to: number, count = 1000): number[] =>
  steps(count, (t) => from + (to - from) * t)
/** Each a factor from the next. */
const scales = (from: number, to: number, count = 1000): number[] =>
  steps(count, (t) => from * (to / from) ** t)
const bothSigns = (values: readonly number[]): number[] => [...values, ...values.map((v) => -v)]

const wide = bothSigns([0, ...scales(1e-8, 80), 1e4])

const firstArguments: Readonly<Record<Exclude<ScalarFunction, 'pow' | 'min' | 'max'>, readonly number[]>> = {
  exp: [...evenly(-87, 88.7, 3000), 0, -1e4, -3e38],
  expm1: [...bothSigns([0, ...scales(1e-8, 88)]), ...evenly(-1, 1), -1e4],
  log: [...scales(1e-37, 3e38, 2000), ...evenly(0.9, 1.1), 1],
  sqrt: [0, ...scales(1e-30, 1e30)],
  abs: wide,
  sign: wide,
  sin: bothSigns([...evenly(0, 30, 2000), ...evenly(30, 1e5, 2000)]),
  cos: bothSigns([...evenly(0, 30, 2000), ...evenly(30, 1e5, 2000)]),
  tanh: wide,
  sigmoid: wide,
  logsigmoid: wide,
  softplus: wide,
  silu: wide,
  gelu: bothSigns([0, ...scales(1e-8, 80), 1e4]),
  relu: wide,
  elu: wide,
  floor: wide,
}

const bases = bothSigns(scales(1e-3, 1e3, 31))

const pairs: Readonly<Record<'pow' | 'min' | 'max', readonly (readonly [number, number])[]>> = {
  pow: [
    ...bases.flatMap((x) =>
      [-3, -2, -1, 0, 1, 2, 3, 8, 65].map((y) => [Math.abs(x) > 3 && y > 8 ? 2 : x, y] as const),
    ),
    ...bases.flatMap((x) => [-2.5, -0.5, 0.5, 1.25, 3.75].map((y) => [Math.abs(x), y] as const)),
    [0, 0],
    [0, 2],
    [0, 0.5],
    [-1, 101],
    [0.5, 100],
    [0.999, 1000],
  ],
  min: bases.map((x, e) => [x, bases[(e * 7) % bases.length]]),
  max: bases.map((x, e) => [x, bases[(e * 7) % bases.length]]),
}

/** Arguments over the whole range in which a function's value is a float. */
export const argumentsOf = (fn: ScalarFunction): { readonly x: Float32Array; readonly y: Float32Array } => {
  if (fn === 'pow' || fn === 'min' || fn === 'max')
    return { x: Float32Array.from(pairs[fn], ([x]) => x), y: Float32Array.from(pairs[fn], ([, y]) => y) }
  return { x: Float32Array.from(firstArguments[fn]), y: new Float32Array(firstArguments[fn].length) }
}
