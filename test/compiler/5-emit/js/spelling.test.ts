import { expect, test } from 'vitest'
import { scalarFunctions } from '../../../../compiler/builtins.ts'
import { doubleFunctions } from '../../../../compiler/float64.ts'
import { applyFunction } from '../../4-lower/programs.ts'
import { ranAsJs } from '../../4-lower/run.ts'
import { argumentsOf } from '../arguments.ts'

test.each(scalarFunctions)('%s is as exact as a double allows', (fn) => {
  const { x, y } = argumentsOf(fn)
  const values = ranAsJs(applyFunction(fn, x.length), { x, y, out: new Float32Array(x.length) }, 'out')
  values.forEach((value, e) => {
    const expected = Math.fround(doubleFunctions[fn](x[e], y[e]))
    if (Object.is(expected + 0, value + 0)) return
    expect(Math.abs(value - expected), `${fn}(${x[e]}, ${y[e]})`).toBeLessThanOrEqual(
      1.2e-7 * Math.abs(expected),
    )
  })
})
