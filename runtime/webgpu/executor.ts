import { fail } from '../errors.ts'
import type { Executor, ExecutorCall, ExecutorResult } from '../executor.ts'
import type { FormManifest, Manifest } from '../manifest.ts'
import type { Limits } from '../schedule.ts'
import { checkSizes } from './bindable.ts'
import { contextOf, type DeviceContext } from './context.ts'
import { deliver } from './deliver.ts'
import { headStage } from './head-kernel.ts'
import { pipelineOf, type Pipeline } from './pipeline.ts'
import { createPlan, limitsOf, planKey, type Plan } from './plan.ts'
import { scratchPool } from './scratch.ts'
import { toDevice } from './tensor.ts'
import { prepare, submit, type Work } from './work.ts'

/** Plans beyond these are given back, the longest unused first. */
const plansKept = 8
const planBytesKept = 512 * 1024 * 1024

/**
 * Runs the stages of a form on a device: one command encoder for each call, every segment's stages in order.
 * Pipelines, tables, uniforms, bind groups, scratch and the way to and from the host are kept between calls.
 */
export const webgpuExecutor = (
  manifest: Manifest,
  device: GPUDevice,
  limits: Partial<Limits> = {},
): Executor => {
  const context = contextOf(device)
  const scratch = scratchPool(device)
  const plans = new Map<string, Plan>()
  let destroyed = false

  const planOf = (form: FormManifest, pipelines: readonly Pipeline[], call: ExecutorCall): Plan => {
    const key = planKey(form, call.sizes)
    const plan =
      plans.get(key) ??
      createPlan(manifest, device, form, pipelines, call.sizes, {
        ...limitsOf(manifest, device, call.sizes.heads),
        ...limits,
      })
    plans.delete(key)
    plans.set(key, plan)
    return plan
  }

  const forget = (): void => {
    let bytes = [...plans.values()].reduce((sum, plan) => sum + plan.bytes(), 0)
    for (const [key, plan] of plans) {
      if (plans.size <= 1 || (plans.size <= plansKept && bytes <= planBytesKept)) return
      bytes -= plan.bytes()
      plan.destroy()
      plans.delete(key)
    }
  }

  const run = async (form: FormManifest, call: ExecutorCall): Promise<ExecutorResult> => {
    context.check()
    const [mover, ...pipelines] = await Promise.all(
      [headStage, ...form.stages].map((stage) => pipelineOf(context, manifest.layer, stage)),
    )
    context.check()
    if (destroyed) fail('layer-destroyed', `${manifest.layer} was destroyed`)
    checkSizes(manifest, device, call)
    // From here to the copies that go to the host nothing waits: calls may overlap, and share what is kept.
    device.pushErrorScope('out-of-memory')
    device.pushErrorScope('validation')
    let work: Work
    let cold: boolean
    try {
      work = prepare(manifest, device, planOf(form, pipelines, call), mover, scratch, call)
      cold = submit(device, work)
    } catch (error) {
      popScopes(device).catch(() => {})
      throw error
    }
    const problems = popScopes(device)
    problems.catch(() => {})
    const settled = cold ? settle(context, manifest, problems) : undefined
    const [result] = await Promise.all([deliver(device, call, work), settled])
    forget()
    return result
  }

  return {
    kind: 'webgpu',
    run,
    keep: (tensor) => toDevice(device, tensor),
    destroy: () => {
      destroyed = true
      for (const plan of plans.values()) plan.destroy()
      plans.clear()
      scratch.destroy()
    },
  }
}

/** What the device complained of since the scopes were pushed: validation, memory. */
const popScopes = (device: GPUDevice): Promise<readonly (GPUError | null)[]> =>
  Promise.all([device.popErrorScope(), device.popErrorScope()])

/** Turn what the device complained of into errors. */
const settle = async (
  context: DeviceContext,
  { layer }: Manifest,
  problems: Promise<readonly (GPUError | null)[]>,
): Promise<void> => {
  const [refused, full] = await context.wait(problems)
  if (full)
    fail(
      'out-of-memory',
      `the device has too little memory for this call of ${layer}: run fewer tokens at once`,
    )
  if (refused) fail('kernel-refused', `the device refused a call of ${layer}: ${refused.message}`)
}
