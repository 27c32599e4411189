import { expect, test } from 'vitest'
import { separateScalars } from '../../../../compiler/4-lower/separate-scalars.ts'
import { unroll } from '../../../../compiler/4-lower/unroll.ts'
import { printWgsl } from '../../../../compiler/5-emit/wgsl/print.ts'
import { cases } from '../../4-lower/cases.ts'
import {
  call,
  each,
  formNames,
  i,
  matrixProduct,
  n,
  op,
  program,
  r,
  reduction,
  region,
  scan,
  store,
} from '../../4-lower/programs.ts'
import { interpreted, one } from '../../4-lower/run.ts'
import { hasDevice, runOnDevice } from '../device.ts'

test.skipIf(!hasDevice).each(cases.map((c) => [c.program.name, c] as const))(
  '%s computes on the device what it means',
  async (name, c) => {
    const expected = interpreted(c.program, c.buffers, c.result, c.uniforms, c.groups)
    const poisoned = { ...c.buffers, [c.result]: new Float32Array(c.buffers[c.result].length).fill(NaN) }
    for (const kernel of [c.program, separateScalars.run(unroll.run(c.program))]) {
      const values = await runOnDevice(kernel, printWgsl(kernel), poisoned, c.result, c.uniforms, c.groups)
      values.forEach((value, e) => {
        const what =
          name === 'every-form' ? `${formNames[Math.floor(e / 11)]} of value ${e % 11}` : `value ${e}`
        expect(Math.abs(value - expected[e]!), what).toBeLessThanOrEqual(
          2e-6 * Math.max(1, Math.abs(expected[e]!)),
        )
      })
    }
  },
)

test('bindings come in order, uniforms after the last', () => {
  const text = printWgsl(matrixProduct)
  expect(text).toContain('@group(0) @binding(0) var<storage, read> a: array<f32>;')
  expect(text).toContain('@group(0) @binding(2) var<storage, read_write> c: array<f32>;')
  expect(text).toContain('@group(0) @binding(3) var<uniform> uniforms: Uniforms;')
  expect(text).toContain('@compute @workgroup_size(8)\nfn main(')
  expect(printWgsl(scan)).not.toContain('uniform')
})

test('functions are declared only where they are used', () => {
  expect(printWgsl(reduction)).not.toContain('mix_')
  const output = [{ name: 'y', element: 'f32', access: 'read_write' }] as const
  const kernel = program({
    bindings: output,
    body: [region('', store('y', n('lane'), call('tanh', r('1'))))],
  })
  expect(printWgsl(kernel)).toContain('fn mix_tanh')
  expect(printWgsl(kernel)).not.toContain('fn mix_sigmoid')
})

test('private arrays of one are scalars', () => {
  const text = printWgsl(separateScalars.run(unroll.run(matrixProduct)))
  expect(text).toContain('var sum_1: f32;')
  expect(text).toContain('sum_1 = total_1')
  expect(text).not.toMatch(/sum\[/)
})

test('no more work than lanes needs no loop', () => {
  const output = [{ name: 'y', element: 'f32', access: 'read_write' }] as const
  const share = (count: number): string =>
    printWgsl(
      program({ bindings: output, body: [region('', each('e', i(count), store('y', n('e'), r('1'))))] }),
    )
  expect(share(8)).not.toMatch(/for \(|if \(/)
  expect(share(7)).toContain('if (lane < 7)')
  expect(share(9)).toContain('for (var e: i32 = lane; e < 9; e += 8)')
})

test.skipIf(!hasDevice)('a bound is taken once, though its var changes', async () => {
  const kernel = program({
    bindings: [{ name: 'y', element: 'f32', access: 'read_write' }],
    workgroupSize: 1,
    body: [
      region(
        '',
        { kind: 'var', name: 'last', type: 'i32', value: i(3) },
        { kind: 'var', name: 'rounds', type: 'f32', value: r('0') },
        {
          kind: 'for',
          variable: 'j',
          from: i(0),
          to: n('last'),
          body: [
            { kind: 'assign', name: 'last', value: i(0) },
            { kind: 'assign', name: 'rounds', value: op(n('rounds'), '+', r('1')) },
          ],
        },
        store('y', i(0), n('rounds')),
      ),
    ],
  })
  expect(await runOnDevice(kernel, printWgsl(kernel), { y: Float32Array.of(NaN) }, 'y', {}, one)).toEqual([3])
})
