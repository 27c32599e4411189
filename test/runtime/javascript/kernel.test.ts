import { expect, test } from 'vitest'
import { kernelOf } from '../../../runtime/javascript/kernel.ts'
import type { StageManifest } from '../../../runtime/manifest.ts'

const stage: StageManifest = {
  name: 'scale',
  workgroupSize: 1,
  bindings: [{ buffer: 'x', element: 'f32', access: 'read_write' }],
  uniforms: ['heads'],
  grid: { x: 'chunks', z: 1 },
  wgsl: '',
  js: 'for (let i = 0; i < groups.x * groups.y * groups.z; i++) buffers.x[i] *= uniforms.heads',
}

test('the body becomes a function of buffers, uniforms and group counts', () => {
  const x = Float32Array.of(1, 2, 3, 4, 5)
  kernelOf(stage)({ x }, { heads: 10 }, { x: 2, y: 2, z: 1 })
  expect([...x]).toEqual([10, 20, 30, 40, 5])
})

test('it is made once for each stage', () => {
  expect(kernelOf(stage)).toBe(kernelOf(stage))
  expect(kernelOf({ ...stage })).not.toBe(kernelOf(stage))
})

test('what is no JavaScript, or may not be made here, is refused in words', () => {
  expect(() => kernelOf({ ...stage, js: 'for (' })).toThrow('the kernel scale is no JavaScript')
  const { Function: before } = globalThis
  globalThis.Function = function () {
    throw new EvalError('forbidden')
  } as never
  try {
    expect(() => kernelOf({ ...stage })).toThrow("allow 'unsafe-eval'")
  } finally {
    globalThis.Function = before
  }
})
