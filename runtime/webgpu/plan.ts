import { fail, printBytes } from '../errors.ts'
import type { FormManifest, Manifest } from '../manifest.ts'
import {
  gridOf,
  scratchBytesOf,
  segmentsOf,
  uniformsOf,
  type Limits,
  type Segment,
  type Sizes,
} from '../schedule.ts'
import { elementCount, type GpuTensor, type TensorElement } from '../tensor.ts'
import { dispatchOf, type Dispatch, type Slice } from './dispatch.ts'
import { packBuffer } from './packed.ts'
import type { Pipeline } from './pipeline.ts'
import { gpuTensor } from './tensor.ts'

/** All that a call of these sizes needs besides the caller's tensors; kept for the next call of the same sizes. */
export interface Plan {
  readonly form: FormManifest
  readonly sizes: Sizes
  readonly segments: readonly PlannedSegment[]
  /** Of each stage, where it has any. */
  readonly uniforms: readonly (Slice | undefined)[]
  /** `table.mask` of a call without one. */
  readonly noMask: Slice
  /** The most that any segment needs of each scratch buffer. */
  readonly scratchBytes: Readonly<Record<string, number>>
  /** Dispatches that spread and pick heads, made when first needed. */
  readonly headMoves: Map<
    string,
    { readonly dispatch: Dispatch; readonly uniform: Slice; readonly buffer: GPUBuffer }
  >
  /** A tensor that stays with the plan: where values from the host go, and results on the way there. */
  readonly keep: (name: string, shape: readonly number[], element?: TensorElement) => GpuTensor
  /** Bytes of GPU memory that the plan holds. */
  readonly bytes: () => number
  readonly destroy: () => void
}

export interface PlannedSegment {
  readonly segment: Segment
  readonly chunks: Slice
  readonly sequences: Slice
  /** One for each stage. */
  readonly dispatches: readonly Dispatch[]
}

/** The limits of a device, as the schedule wants them. */
export const limitsOf = (manifest: Manifest, device: GPUDevice, heads: number): Limits => ({
  maxBufferBytes: Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize),
  maxWorkgroups: device.limits.maxComputeWorkgroupsPerDimension,
  maxSequences: manifest.states.reduce(
    (least, { shape }) =>
      Math.min(
        least,
        Math.floor(device.limits.maxStorageBufferBindingSize / (4 * heads * elementCount(shape))),
      ),
    Infinity,
  ),
  sequenceAlignment: manifest.states.reduce((most, { shape }) => {
    const bytes = 4 * heads * elementCount(shape)
    const lowBits = bytes & -bytes
    return Math.max(most, Math.ceil(device.limits.minStorageBufferOffsetAlignment / lowBits))
  }, 1),
})

export const createPlan = (
  manifest: Manifest,
  device: GPUDevice,
  form: FormManifest,
  pipelines: readonly Pipeline[],
  sizes: Sizes,
  limits: Limits,
): Plan => {
  const { heads } = sizes
  if (heads > limits.maxWorkgroups)
    fail(
      'shape-mismatch',
      `${manifest.layer} has ${heads} heads, more than the ${limits.maxWorkgroups} that fit a grid`,
    )
  const segments = [...segmentsOf(form, sizes, limits)]
  const scratchBytes: Record<string, number> = {}
  for (const spec of form.scratch) {
    const bytes = segments.reduce((most, segment) => Math.max(most, scratchBytesOf(spec, segment, heads)), 0)
    if (bytes > limits.maxBufferBytes)
      fail(
        'binding-too-large',
        `the buffer ${spec.name} of ${manifest.layer} needs ${printBytes(bytes)} for one chunk of ${form.chunkSize} ` +
          `tokens and ${heads} heads, the device binds at most ${printBytes(limits.maxBufferBytes)}: compile with a ` +
          'smaller chunk size, or ask for a device with a larger maxStorageBufferBindingSize',
      )
    scratchBytes[spec.name] = bytes
  }

  const tables = packBuffer(device, 'tables', 'storage', [
    new Int32Array(1),
    ...segments.flatMap(({ chunks, sequences }) => [chunks, sequences]),
  ])
  const uniforms = packBuffer(
    device,
    'uniforms',
    'uniform',
    form.stages.map((stage) => {
      const values = uniformsOf(stage, sizes)
      return Int32Array.from(stage.uniforms, (name) => values[name])
    }),
  )
  const kept = new Map<string, GpuTensor>()
  const headMoves: Plan['headMoves'] = new Map()

  return {
    form,
    sizes,
    segments: segments.map((segment, i) => ({
      segment,
      chunks: tables.slices[1 + 2 * i],
      sequences: tables.slices[2 + 2 * i],
      dispatches: form.stages.map((stage, s) => dispatchOf(pipelines[s], gridOf(stage, segment, heads))),
    })),
    uniforms: form.stages.map((stage, s) => (stage.uniforms.length === 0 ? undefined : uniforms.slices[s])),
    noMask: tables.slices[0],
    scratchBytes,
    headMoves,
    keep: (name, shape, element = 'f32') => {
      const known = kept.get(name)
      if (known) return known
      const tensor = gpuTensor(device, shape, { element, label: name })
      kept.set(name, tensor)
      return tensor
    },
    bytes: () =>
      [...kept.values()].reduce(
        (sum, { buffer }) => sum + buffer.size,
        tables.buffer.size + uniforms.buffer.size,
      ),
    destroy: () => {
      tables.buffer.destroy()
      uniforms.buffer.destroy()
      for (const tensor of kept.values()) tensor.destroy()
      for (const { buffer } of headMoves.values()) buffer.destroy()
    },
  }
}

/** Calls of the same sizes share a plan. */
export const planKey = (form: FormManifest, sizes: Sizes): string => JSON.stringify([form.name, sizes])
