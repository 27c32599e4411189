import { fail } from '../errors.ts'
import type { ExecutorCall } from '../executor.ts'
import type { Manifest, StageManifest } from '../manifest.ts'
import { byteLength, type GpuTensor, type Tensor } from '../tensor.ts'
import { bindable, wholeOf } from './bindable.ts'
import { encode, isNew, type Dispatch, type Slice } from './dispatch.ts'
import type { Pipeline } from './pipeline.ts'
import type { Plan, PlannedSegment } from './plan.ts'
import type { ScratchPool } from './scratch.ts'
import { placeState, type PlacedState } from './states.ts'
import { gpuTensor } from './tensor.ts'

/** A call, ready to be recorded. */
export interface Work {
  readonly states: readonly PlacedState[]
  readonly outputs: Readonly<Record<string, GpuTensor>>
  readonly steps: readonly { readonly dispatch: Dispatch; readonly slices: readonly Slice[] }[]
}

/** Find a place for every tensor of a call, bring there what comes from the host, and bind it all. */
export const prepare = (
  manifest: Manifest,
  device: GPUDevice,
  plan: Plan,
  mover: Pipeline,
  scratch: ScratchPool,
  call: ExecutorCall,
): Work => {
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
export const submit = (device: GPUDevice, work: Work): boolean => {
  const cold = work.steps.some(({ dispatch, slices }) => isNew(dispatch, slices))
  const encoder = device.createCommandEncoder({ label: 'forward' })
  for (const state of work.states) state.copy?.(encoder)
  const pass = encoder.beginComputePass({ label: 'forward' })
  for (const { dispatch, slices } of work.steps) encode(device, pass, dispatch, slices)
  pass.end()
  device.queue.submit([encoder.finish()])
  return cold
}

/** The tensor on the device: itself, or its values written to where the plan keeps room for them. */
const upload = (device: GPUDevice, layer: string, plan: Plan, name: string, tensor: Tensor): GpuTensor => {
  if (tensor.kind === 'gpu') return bindable(device, layer, name, tensor)
  const kept = plan.keep(name, tensor.shape, tensor.element)
  kept.write(tensor.data)
  return kept
}
