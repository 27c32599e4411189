import { afterAll } from 'vitest'
import { globals } from 'webgpu'
import type { LoopProgram } from '../../../compiler/4-lower/loop-ir.ts'
import type { Groups } from '../../../compiler/4-lower/interpret.ts'
import { openDevice } from '../../../cli/host/device.ts'
import type { Buffers, Uniforms } from '../4-lower/run.ts'

// `GPUBufferUsage` and its like, as browsers have them.
Object.assign(globalThis, globals)

const opened = await openDevice('auto')

/** Whether there is a WebGPU device to run tests on; `npm test` sees to it on linux-x64. */
export const hasDevice = opened.kind === 'gpu'

afterAll(() => {
  if (opened.kind === 'gpu') opened.close()
})

/** Run one dispatch of a printed program on the device; gives what it leaves in a buffer. */
export const runOnDevice = async (
  program: LoopProgram,
  code: string,
  data: Buffers,
  result: string,
  uniforms: Uniforms,
  groups: Groups,
): Promise<number[]> => {
  if (opened.kind !== 'gpu') throw new Error('there is no device')
  const { device } = opened
  const module = device.createShaderModule({ code })
  const { messages } = await module.getCompilationInfo()
  if (messages.length > 0)
    throw new Error(`${messages.map((m) => `${m.lineNum}: ${m.message}`).join('\n')}\n${code}`)
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module, entryPoint: 'main' },
  })
  const upload = (source: Float32Array | Int32Array, usage: number): GPUBuffer => {
    const buffer = device.createBuffer({
      size: Math.max(source.byteLength, 4),
      usage: usage | GPUBufferUsage.COPY_DST,
    })
    device.queue.writeBuffer(buffer, 0, source as GPUAllowSharedBufferSource)
    return buffer
  }
  const buffers = program.bindings.map(({ name }) =>
    upload(data[name], GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC),
  )
  const bound =
    program.uniforms.length === 0
      ? buffers
      : [
          ...buffers,
          upload(
            Int32Array.from(program.uniforms, (name) => uniforms[name]),
            GPUBufferUsage.UNIFORM,
          ),
        ]
  const encoder = device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  pass.setPipeline(pipeline)
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
    }),
  )
  pass.dispatchWorkgroups(groups.x, groups.y, groups.z)
  pass.end()
  const from = buffers[program.bindings.findIndex(({ name }) => name === result)]
  const staging = device.createBuffer({
    size: from.size,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  })
  encoder.copyBufferToBuffer(from, 0, staging, 0, from.size)
  device.queue.submit([encoder.finish()])
  await staging.mapAsync(GPUMapMode.READ)
  const values = [...new Float32Array(staging.getMappedRange())]
  for (const buffer of [...bound, staging]) buffer.destroy()
  return values
}
