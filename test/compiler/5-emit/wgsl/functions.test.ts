import { expect, test } from 'vitest'
import { scalarFunctions, type ScalarFunction } from '../../../../compiler/builtins.ts'
import { declareFunctions } from '../../../../compiler/5-emit/wgsl/functions.ts'
import { printWgsl } from '../../../../compiler/5-emit/wgsl/print.ts'
import { doubleFunctions } from '../../../../compiler/float64.ts'
import { applyFunction } from '../../4-lower/programs.ts'
import { one } from '../../4-lower/run.ts'
import { argumentsOf } from '../arguments.ts'
import { hasDevice, runOnDevice } from '../device.ts'

/** How far a function may be off on a device, relative to its value; sin and cos relative to 1. */
const relative: Readonly<Record<ScalarFunction, number>> = {
  abs: 0,
  sign: 0,
  floor: 0,
  relu: 0,
  min: 0,
  max: 0,
  sqrt: 3e-7,
  exp: 2e-7,
  expm1: 1.5e-7,
  log: 1.5e-7,
  sin: 1e-7,
  cos: 1e-7,
  tanh: 3e-7,
  sigmoid: 3e-7,
  logsigmoid: 3e-7,
  softplus: 3e-7,
  silu: 4e-7,
  gelu: 3e-7,
  elu: 1.5e-7,
  pow: 3e-7,
}

/** What the error is measured against, besides the value: what rounding the arguments of inner functions costs. */
const scale = (fn: ScalarFunction, x: number, y: number, value: number): number => {
  if (fn === 'sin' || fn === 'cos') return 1
  // e^u is off by |u| times what u is off by; the double's own 1 + tanh u has no digits left below 1e-16.
  if (fn === 'gelu') return Math.abs(value) * (1 + 1.6 * Math.abs(x + 0.044715 * x ** 3)) + 1e-9 * Math.abs(x)
  if (fn === 'pow' && x !== 0) return Math.abs(value) * (1 + Math.abs(y * Math.log(Math.abs(x))))
  return Math.abs(value)
}
const smallestNormal = 2 ** -126

test.skipIf(!hasDevice).each(scalarFunctions)('%s on the device', async (fn) => {
  const { x, y } = argumentsOf(fn)
  const program = applyFunction(fn, x.length)
  const out = new Float32Array(x.length).fill(NaN)
  const values = await runOnDevice(program, printWgsl(program), { x, y, out }, 'out', {}, one)
  let worst = { excess: 0, text: '' }
  values.forEach((value, e) => {
    const expected = doubleFunctions[fn](x[e], y[e])
    // Devices flush what is smaller than this to zero.
    const allowed = relative[fn] * scale(fn, x[e], y[e], expected) + smallestNormal
    const error = Math.abs(value - expected)
    const excess = Number.isFinite(value) ? error / allowed : Infinity
    if (excess > worst.excess) worst = { excess, text: `${fn}(${x[e]}, ${y[e]}) = ${value}, not ${expected}` }
  })
  expect(worst.excess, worst.text).toBeLessThanOrEqual(1)
})

test.skipIf(!hasDevice)('the logarithm of 0 is the lowest number, whose exponential is 0', async () => {
  const run = (fn: ScalarFunction, x: number) => {
    const program = applyFunction(fn, 1)
    const data = { x: Float32Array.of(x), y: Float32Array.of(0), out: Float32Array.of(NaN) }
    return runOnDevice(program, printWgsl(program), data, 'out', {}, one)
  }
  const [lowest] = await run('log', 0)
  expect(lowest).toBe(-3.4028234663852886e38)
  expect(await run('exp', lowest)).toEqual([0])
})

test('a function is declared once, after what it calls', () => {
  const texts = declareFunctions(['mix_softplus', 'mix_logsigmoid', 'mix_exp'])
  const names = texts.map((text) => /^fn (\w+)/.exec(text)![1])
  expect(new Set(names).size).toBe(names.length)
  texts.forEach((text, e) => {
    for (const [, called] of text.matchAll(/[^n] (mix_\w+)\(|\((mix_\w+)\(/g))
      if (called !== undefined) expect(names.slice(0, e)).toContain(called)
  })
  expect(declareFunctions([])).toEqual([])
})
