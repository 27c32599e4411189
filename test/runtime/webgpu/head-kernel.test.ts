import { expect, test } from 'vitest'
import { moveHeads, type HeadMove } from '../../../runtime/heads.ts'
import { contextOf } from '../../../runtime/webgpu/context.ts'
import { dispatchOf, encode } from '../../../runtime/webgpu/dispatch.ts'
import { headGrid, headStage, headUniforms } from '../../../runtime/webgpu/head-kernel.ts'
import { packBuffer } from '../../../runtime/webgpu/packed.ts'
import { pipelineOf } from '../../../runtime/webgpu/pipeline.ts'
import { gpuTensor } from '../../../runtime/webgpu/tensor.ts'
import { testDevice, withoutDevice } from '../../support/device.ts'

test.skipIf(withoutDevice).each<HeadMove>([
  { sequences: 2, shape: [3, 5], from: 2, to: 6, shared: false },
  { sequences: 3, shape: [7], from: 6, to: 2, shared: false },
  { sequences: 3, shape: [7], from: 2, to: 4, shared: true },
  { sequences: 1, shape: [], from: 1, to: 1, shared: false },
  { sequences: 300, shape: [64], from: 1, to: 300, shared: false },
])('the same as on the host: %j', async (move) => {
  const device = await testDevice()
  const size = move.shape.reduce((n, s) => n * s, 1)
  const source = Float32Array.from(
    { length: (move.shared ? 1 : move.sequences) * move.from * size },
    (_, i) => i + 1,
  )
  const wanted = new Float32Array(move.sequences * move.to * size)
  moveHeads(source, wanted, move)

  using from = gpuTensor(device, [source.length], { data: source })
  using to = gpuTensor(device, [wanted.length])
  const uniforms = packBuffer(device, 'move', 'uniform', [headUniforms(move)])
  const dispatch = dispatchOf(await pipelineOf(contextOf(device), 'test', headStage), headGrid(move))
  const encoder = device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  encode(device, pass, dispatch, [
    { buffer: from.buffer, offset: 0, size: from.buffer.size },
    { buffer: to.buffer, offset: 0, size: to.buffer.size },
    uniforms.slices[0],
  ])
  pass.end()
  device.queue.submit([encoder.finish()])
  const found = await to.read()
  // Millions of values: too many for `toEqual`.
  expect(found.findIndex((value, i) => value !== wanted[i])).toBe(-1)
})
