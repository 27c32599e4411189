import { fail } from '../errors.ts'
import type { StageManifest } from '../manifest.ts'
import type { DeviceContext } from './context.ts'

/** A compiled stage. Its bindings are those of the manifest in order, and last, where it has any, its uniforms. */
export interface Pipeline {
  readonly name: string
  readonly pipeline: GPUComputePipeline
  readonly layout: GPUBindGroupLayout
}

const pipelines = new WeakMap<GPUDevice, WeakMap<StageManifest, Promise<Pipeline>>>()

/** The pipeline of a stage, compiled once for each device. */
export const pipelineOf = (
  context: DeviceContext,
  layer: string,
  stage: StageManifest,
): Promise<Pipeline> => {
  const ofDevice = pipelines.get(context.device) ?? new WeakMap<StageManifest, Promise<Pipeline>>()
  pipelines.set(context.device, ofDevice)
  const known = ofDevice.get(stage)
  if (known) return known
  const made = compile(context, layer, stage)
  ofDevice.set(stage, made)
  // A failure is told to whoever asked; the next call may try again (after a loss, say).
  made.catch(() => ofDevice.delete(stage))
  return made
}

const compile = async (context: DeviceContext, layer: string, stage: StageManifest): Promise<Pipeline> => {
  const { device } = context
  const what = `the kernel ${stage.name} of ${layer}`
  checkLimits(device.limits, what, stage)
  device.pushErrorScope('validation')
  const module = device.createShaderModule({ label: stage.name, code: stage.wgsl })
  const uniform: GPUBindGroupLayoutEntry[] =
    stage.uniforms.length === 0
      ? []
      : [{ binding: stage.bindings.length, visibility: 4, buffer: { type: 'uniform' } }]
  const layout = device.createBindGroupLayout({
    label: stage.name,
    entries: [
      ...stage.bindings.map(({ access }, binding): GPUBindGroupLayoutEntry => ({
        binding,
        visibility: 4,
        buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
      })),
      ...uniform,
    ],
  })
  const descriptor: GPUComputePipelineDescriptor = {
    label: stage.name,
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: 'main' },
  }
  const problem = device.popErrorScope()
  const made = device.createComputePipelineAsync(descriptor)
  const refused = (reason: string): never =>
    fail('kernel-refused', `${what} was refused by the device: ${reason}`)
  try {
    const pipeline = await context.wait(made)
    const error = await context.wait(problem)
    if (error) refused(error.message)
    return { name: stage.name, pipeline, layout }
  } catch (error) {
    context.check()
    const { messages } = await module.getCompilationInfo()
    const lines = messages
      .filter((m) => m.type === 'error')
      .map((m) => `${m.lineNum}:${m.linePos} ${m.message}`)
    return refused(lines.length > 0 ? lines.join('; ') : (error as Error).message)
  }
}

/** The limits that a kernel most often runs into, in words; the device checks the rest itself. */
const checkLimits = (limits: GPUSupportedLimits, what: string, stage: StageManifest): void => {
  const within = (limit: keyof GPUSupportedLimits, needed: number, of: string): void => {
    const most = limits[limit] as number
    if (needed > most)
      fail(
        'kernel-refused',
        `${what} needs ${needed} ${of}, the device offers ${most}: ask for a device with a larger ${limit}, ` +
          'or compile with a smaller chunk size',
      )
  }
  within('maxStorageBuffersPerShaderStage', stage.bindings.length, 'storage buffers')
  within('maxComputeInvocationsPerWorkgroup', stage.workgroupSize, 'invocations in a workgroup')
  within('maxComputeWorkgroupsPerDimension', stage.grid.z, 'workgroups along z')
}
