import { expect, test } from 'vitest'
import { printWgsl } from '../../../../compiler/5-emit/wgsl/print.ts'
import { reserved } from '../../../../compiler/5-emit/wgsl/spelling.ts'
import { i, n, program, region, store } from '../../4-lower/programs.ts'
import { one } from '../../4-lower/run.ts'
import { hasDevice, runOnDevice } from '../device.ts'

test.skipIf(!hasDevice)('reserved words, built-ins and letters beyond ASCII may be names', async () => {
  const words = [...reserved, 'mix_tan', '_', '__x', 'φ', '变量', 'a.b', 'a_b', 'ax', 'group']
  const kernel = program({
    bindings: [{ name: 'out', element: 'f32', access: 'read_write' }],
    workgroupSize: 1,
    body: [
      region(
        '',
        ...words.map((name, e) => ({ kind: 'let', name, type: 'i32', value: i(e) }) as const),
        ...words.map((name, e) => store('out', i(e), { kind: 'real-of', value: n(name) })),
      ),
    ],
  })
  const out = new Float32Array(words.length)
  expect(await runOnDevice(kernel, printWgsl(kernel), { out }, 'out', {}, one)).toEqual(
    words.map((_, e) => e),
  )
})
