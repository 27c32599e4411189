import { fail } from '../errors.ts'
import type { Executor, ExecutorCall, ExecutorResult } from '../executor.ts'
import type { FormManifest, Manifest, StageManifest } from '../manifest.ts'
import type { Limits } from '../schedule.ts'
import {
  byteLength,
  elementCount,
  hostTensor,
  type GpuTensor,
  type HostTensor,
  type Tensor,
} from '../tensor.ts'
import { bindable, checkSizes, wholeOf } from './bindable.ts'
import { contextOf, type DeviceContext } from './context.ts'
import { encode, isNew, type Dispatch, type Slice } from './dispatch.ts'
import { headStage } from './head-kernel.ts'
import { pipelineOf, type Pipeline } from './pipeline.ts'
import { createPlan, limitsOf, planKey, type Plan, type PlannedSegment } from './plan.ts'
import { scratchPool, type ScratchPool } from './scratch.ts'
import { placeState, type PlacedState } from './states.ts'
import { gpuTensor, readTensors, toDevice } from './tensor.ts'

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
      work = prepare(manifest, context, planOf(form, pipelines, call), mover, scratch, call)
      cold = submit(context, work)
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

/** A call, ready to be recorded. */
interface Work {
  readonly states: readonly PlacedState[]
  readonly outputs: Readonly<Record<string, GpuTensor>>
  readonly steps: readonly { readonly dispatch: Dispatch; readonly slices: readonly Slice[] }[]
}

const prepare = (
  manifest: Manifest,
  context: DeviceContext,
  plan: Plan,
  mover: Pipeline,
  scratch: ScratchPool,
  call: ExecutorCall,
): Work => {
  const { device } = context
  const { layer } = manifest
  const { batch, tokens, heads } = call.sizes
  const whole: Record<string, Slice> = { 'table.mask': plan.noMask }
  for (const [name, tensor] of Object.entries(call.inputs))
    if (byteLength(tensor) > 0) whole[name] = wholeOf(upload(device, layer, plan, name, tensor))
  if (call.mask && byteLength(call.mask) > 0)
    whole['table.mask'] = wholeOf(upload(device, layer, plan, 'table.mask', call.mask))

  const outputs: Record<string, GpuTensor> = {}
  for (const { name, shape } of manifest.outputs) {
    const full = [batch, tokens, heads, ...shape]
    const out = call.out[name]
    outputs[name] =
      out?.kind === 'gpu'
        ? bindable(device, layer, name, out)
        : call.resident && !out
          ? gpuTensor(device, full, { label: name })
          : plan.keep(name, full)
    if (byteLength(outputs[name]) > 0) whole[name] = wholeOf(outputs[name])
  }
  for (const [name, bytes] of Object.entries(plan.scratchBytes)) whole[name] = scratch.take(name, bytes)

  const states = manifest.states.map((spec) =>
    placeState(device, plan, mover, spec, call, (tensor) => bindable(device, layer, spec.name, tensor)),
  )
  const steps = plan.segments.flatMap((planned) =>
    plan.form.stages.map((stage, s) => ({
      dispatch: planned.dispatches[s],
      slices: slicesOf(stage, planned, whole, states, plan.uniforms[s]),
    })),
  )
  return {
    states,
    outputs,
    steps: [...states.flatMap((state) => state.before), ...steps, ...states.flatMap((state) => state.after)],
  }
}

/** A stage's bindings for one segment, in order. */
const slicesOf = (
  stage: StageManifest,
  { chunks, sequences, segment }: PlannedSegment,
  whole: Readonly<Record<string, Slice>>,
  states: readonly PlacedState[],
  uniforms: Slice | undefined,
): readonly Slice[] => {
  const of = (name: string): Slice => {
    if (name === 'table.chunks') return chunks
    if (name === 'table.sequences') return sequences
    const state = name.startsWith('state.') ? states.find((s) => `state.${s.name}` === name) : undefined
    if (state) {
      const { buffer, offset } = state.kernel
      const bytes = byteLength(state.kernel) / state.kernel.shape[0]
      return { buffer, offset: offset + segment.firstSequence * bytes, size: segment.sequenceCount * bytes }
    }
    return whole[name] ?? fail('kernel-refused', `${stage.name} binds ${name}, which nothing provides`)
  }
  const slices = stage.bindings.map(({ buffer }) => of(buffer))
  return uniforms ? [...slices, uniforms] : slices
}

/** Record and submit; says whether anything was bound for the first time. */
const submit = ({ device }: DeviceContext, work: Work): boolean => {
  const cold = work.steps.some(({ dispatch, slices }) => isNew(dispatch, slices))
  const encoder = device.createCommandEncoder({ label: 'forward' })
  for (const state of work.states) state.copy?.(encoder)
  const pass = encoder.beginComputePass({ label: 'forward' })
  for (const { dispatch, slices } of work.steps) encode(device, pass, dispatch, slices)
  pass.end()
  device.queue.submit([encoder.finish()])
  return cold
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

/** Results, on the GPU or read back, as the call wants them. */
const deliver = async (device: GPUDevice, call: ExecutorCall, work: Work): Promise<ExecutorResult> => {
  const results: {
    kind: 'outputs' | 'states'
    name: string
    tensor: GpuTensor
    host?: HostTensor | 'new'
  }[] = []
  for (const [name, tensor] of Object.entries(work.outputs)) {
    const out = call.out[name]
    results.push({
      kind: 'outputs',
      name,
      tensor,
      host: out ? (out.kind === 'host' ? out : undefined) : call.resident ? undefined : 'new',
    })
  }
  for (const { name, final } of work.states) {
    const given = call.inPlace ? call.states[name] : undefined
    results.push({
      kind: 'states',
      name,
      tensor: final,
      host: given ? (given.kind === 'host' ? given : undefined) : call.resident ? undefined : 'new',
    })
  }
  const toRead = results.filter((result) => result.host !== undefined)
  const values =
    toRead.length === 0
      ? []
      : await readTensors(
          device,
          toRead.map(({ tensor }) => tensor),
        )
  const done: { outputs: Record<string, Tensor>; states: Record<string, Tensor> } = {
    outputs: {},
    states: {},
  }
  for (const { kind, name, tensor, host } of results) {
    if (host === undefined) done[kind][name] = tensor
    else {
      const data = values[toRead.findIndex((result) => result.kind === kind && result.name === name)]
      if (host === 'new') done[kind][name] = hostTensor(data, tensor.shape)
      else {
        host.data.set(data)
        done[kind][name] = host
      }
    }
  }
  return done
}

/** The tensor on the device: itself, or its values written to where the plan keeps room for them. */
const upload = (device: GPUDevice, layer: string, plan: Plan, name: string, tensor: Tensor): GpuTensor => {
  if (tensor.kind === 'gpu') return bindable(device, layer, name, tensor)
  const kept = plan.keep(name, tensor.shape, tensor.element)
  kept.write(tensor.data)
  return kept
}
