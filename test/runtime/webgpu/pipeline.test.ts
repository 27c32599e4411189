import { expect, test as anyTest } from 'vitest'
import type { StageManifest } from '../../../runtime/manifest.ts'
import { contextOf } from '../../../runtime/webgpu/context.ts'
import { pipelineOf } from '../../../runtime/webgpu/pipeline.ts'
import { decayedSum } from '../../support/decayed-sum.ts'
import { testDevice, withoutDevice } from '../../support/device.ts'

const test = anyTest.skipIf(withoutDevice)
const [stage] = decayedSum(4, 4).forms.recurrent.stages

test('a stage is compiled once, also when asked for twice at a time', async () => {
  const context = contextOf(await testDevice())
  const [one, two] = await Promise.all([pipelineOf(context, 'l', stage), pipelineOf(context, 'l', stage)])
  expect(one).toBe(two)
  expect(await pipelineOf(context, 'l', { ...stage })).not.toBe(one)
})

test('a stage without uniforms', async () => {
  const context = contextOf(await testDevice())
  const plain: StageManifest = {
    name: 'plain',
    workgroupSize: 1,
    bindings: [{ buffer: 'x', element: 'f32', access: 'read_write' }],
    uniforms: [],
    grid: { x: 'chunks', z: 1 },
    wgsl: '@group(0) @binding(0) var<storage, read_write> x: array<f32>; @compute @workgroup_size(1) fn main() { x[0] = 1.0; }',
    js: '',
  }
  expect((await pipelineOf(context, 'l', plain)).name).toBe('plain')
})

test.each<readonly [string, Partial<StageManifest>, RegExp]>([
  [
    'too many buffers',
    { bindings: Array(11).fill(stage.bindings[0]) },
    /needs 11 storage buffers, the device offers \d+/,
  ],
  ['too wide a workgroup', { workgroupSize: 4096 }, /4096 invocations in a workgroup/],
  ['too long a grid', { grid: { x: 'chunks', z: 100_000 } }, /100000 workgroups along z/],
  ['a syntax error', { wgsl: 'fn main( {' }, /refused by the device: 1:\d+ /],
  ['bindings that do not match', { bindings: stage.bindings.slice(1) }, /refused by the device/],
])('%s: in words, and asked for again it is tried again', async (_, change, message) => {
  const context = contextOf(await testDevice())
  const broken = { ...stage, ...change }
  for (let i = 0; i < 2; i++) {
    const error = await pipelineOf(context, 'layer', broken).catch((e) => e)
    expect(error.code).toBe('kernel-refused')
    expect(error.message).toMatch(message)
    expect(error.message).toMatch(/^the kernel step of layer /)
  }
})
