import { expect, test } from 'vitest'
import { prepare } from '../../../compiler/5-emit/prepare.ts'
import { cases } from '../4-lower/cases.ts'
import { at, each, i, loop, matrixProduct, n, op, program, r, region, store } from '../4-lower/programs.ts'
import { difference, interpreted, ranAsJs } from '../4-lower/run.ts'

test.each(cases.map((c) => [c.program.name, c] as const))('both targets of %s mean the same', (_, c) => {
  const { device, script } = prepare(c.program)
  const meaning = interpreted(c.program, c.buffers, c.result, c.uniforms, c.groups)
  for (const p of [device, script]) {
    expect(difference(interpreted(p, c.buffers, c.result, c.uniforms, c.groups), meaning)).toBeLessThan(1e-15)
    expect(difference(ranAsJs(p, c.buffers, c.result, c.uniforms, c.groups), meaning)).toBeLessThan(1e-7)
  }
})

test('the device gets registers, the script loops', () => {
  const { device, script } = prepare(matrixProduct)
  expect(device.private.map((array) => array.name)).toEqual(['sum_0', 'sum_1'])
  expect(script.private.map((array) => array.name)).toEqual(['sum'])
})

test('the script gets local variables where one region has them all', () => {
  const kernel = program({
    bindings: [{ name: 'y', element: 'f32', access: 'read_write' }],
    private: [{ name: 's', element: 'f32', size: 2 }],
    body: [
      region(
        '',
        { ...loop('d', i(2), store('s', n('d'), r('1'))), unroll: true } as never,
        store('y', n('lane'), at('s', i(1))),
      ),
    ],
  })
  const { device, script } = prepare(kernel)
  expect(script).toBe(device)
  expect(ranAsJs(script, { y: new Float32Array(8) }, 'y')).toEqual(Array(8).fill(1))
})

test('what cannot run is not printed', () => {
  const broken = program({ body: [region('', each('e', i(1), store('y', n('e'), op(r('1'), '+', r('1')))))] })
  expect(() => prepare(broken)).toThrow(
    /fault of Mix.*lowering made a kernel that cannot run.*y is not declared/,
  )
})
