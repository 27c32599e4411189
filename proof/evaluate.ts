import type { Groups, Memory } from '../compiler/4-lower/interpret.ts'
import type { LoopProgram } from '../compiler/4-lower/loop-ir.ts'
import type { LoweredForm, LoweredLayer, Stage } from '../compiler/4-lower/lowered.ts'
import type { Tensor } from '../compiler/reference.ts'
import type { StageManifest, TensorSpec } from '../runtime/manifest.ts'
import {
  gridOf,
  segmentsOf,
  sequenceCountOf,
  stateHeads,
  uniformsOf,
  type Limits,
  type Segment,
  type Sizes,
} from '../runtime/schedule.ts'

/** Carries out one dispatch: `interpret` over a domain, or `simulate`. */
export type Execute<N> = (
  program: LoopProgram,
  memory: Memory<N>,
  uniforms: Readonly<Record<string, number>>,
  groups: Groups,
) => void

export interface FormCall<N> {
  /** Inputs `[B, T, G, …]` and params `[G, …]`. */
  readonly tensors: Readonly<Record<string, Tensor<N>>>
  /** States `[N, G, …]`; the declared param or zero where absent. */
  readonly initial?: Readonly<Record<string, Tensor<N>>>
  readonly cuSeqlens?: readonly number[]
  /** `[B, T]` */
  readonly mask?: readonly number[]
  /** What cuts the call into segments. */
  readonly limits?: Partial<Limits>
}

/** As `runTensors` gives it, with `undefined` where nothing was written. */
export interface FormResult<N> {
  readonly outputs: Readonly<Record<string, Tensor<N | undefined>>>
  readonly states: Readonly<Record<string, Tensor<N | undefined>>>
}

const noLimits: Limits = { maxBufferBytes: Infinity, maxWorkgroups: Infinity, scratchBytes: Infinity }

/**
 * Run a lowered form, stage after stage and segment after segment, on the very schedule that the runtime follows.
 * Scratch and outputs are unwritten at first.
 */
export const runForm = <N>(
  layer: LoweredLayer,
  form: LoweredForm,
  zero: N,
  execute: Execute<N>,
  call: FormCall<N>,
): FormResult<N> => {
  const { tensors } = call
  const groups = groupsOf(layer, tensors)
  const [batch, tokens] = tensors[layer.inputs[0].name].shape
  const heads = Math.max(1, ...Object.values(groups))
  const sizes: Sizes = {
    batch,
    tokens,
    heads,
    groups,
    cuSeqlens: call.cuSeqlens,
    masked: call.mask !== undefined,
  }
  const count = sequenceCountOf(sizes)
  const ofStates = stateHeads(layer, groups, heads)

  const states = layer.states.map((spec) => {
    const size = elements(spec)
    const given = call.initial?.[spec.name]
    const start = given ?? (spec.initial === undefined ? undefined : tensors[spec.initial])
    const values: (N | undefined)[] = new Array(count * heads * size).fill(zero)
    if (start) {
      const from = start.shape[given ? 1 : 0]
      for (let n = 0; n < count; n++)
        for (let h = 0; h < heads; h++) {
          const source = ((given ? n * from : 0) + Math.floor((h * from) / heads)) * size
          for (let i = 0; i < size; i++) values[(n * heads + h) * size + i] = start.data[source + i]
        }
    }
    return { spec, size, values }
  })

  const unwritten = (length: number): (N | undefined)[] => new Array<N | undefined>(length).fill(undefined)
  const memory: Memory<N> = { f32: new Map(), i32: new Map() }
  for (const { name } of [...layer.inputs, ...layer.params])
    memory.f32.set(name, Array.from(tensors[name].data))
  const outputs = layer.outputs.map((spec) => ({
    spec,
    values: unwritten(batch * tokens * heads * elements(spec)),
  }))
  for (const { spec, values } of outputs) memory.f32.set(spec.name, values)
  memory.i32.set('table.mask', Int32Array.from(call.mask ?? [1]))

  const stages = form.stages.map((stage) => ({ ...stage, manifest: manifestOf(stage) }))
  const schedule = { ...form, stages: stages.map((s) => s.manifest) }
  for (const segment of segmentsOf(schedule, sizes, { ...noLimits, ...call.limits })) {
    memory.i32.set('table.chunks', segment.chunks)
    memory.i32.set('table.sequences', segment.sequences)
    for (const { name, element, elements, per } of form.scratch) {
      const length = elements * heads * perCount(segment)[per]
      if (element === 'f32') memory.f32.set(name, unwritten(length))
      else memory.i32.set(name, new Int32Array(length))
    }
    const parts = states.map(({ spec, size, values }) => {
      const at = segment.firstSequence * heads * size
      const part = values.slice(at, at + segment.sequenceCount * heads * size)
      memory.f32.set(`state.${spec.name}`, part)
      return { at, part, values }
    })
    for (const { program, manifest } of stages) {
      const [x, y, z] = gridOf(manifest, segment, heads)
      execute(program, memory, uniformsOf(manifest, sizes), { x, y, z })
    }
    for (const { at, part, values } of parts) part.forEach((value, i) => (values[at + i] = value))
  }

  return {
    outputs: Object.fromEntries(
      outputs.map(({ spec, values }) => [
        spec.name,
        { shape: [batch, tokens, heads, ...spec.shape], data: values },
      ]),
    ),
    states: Object.fromEntries(
      states.map(({ spec, size, values }) => {
        const own = ofStates[spec.name]
        const data = Array.from({ length: count * own * size }, (_, i) => {
          const [row, element] = [Math.floor(i / size), i % size]
          const [n, g] = [Math.floor(row / own), row % own]
          return values[(n * heads + (g * heads) / own) * size + element]
        })
        return [spec.name, { shape: [count, own, ...spec.shape], data }]
      }),
    ),
  }
}

const elements = ({ shape }: TensorSpec): number => shape.reduce((a, b) => a * b, 1)

const groupsOf = <N>(
  layer: LoweredLayer,
  tensors: Readonly<Record<string, Tensor<N>>>,
): Readonly<Record<string, number>> =>
  Object.fromEntries([
    ...layer.inputs.map(({ name }) => [name, tensors[name].shape[2]] as const),
    ...layer.params.map(({ name }) => [name, tensors[name].shape[0]] as const),
  ])

const perCount = (segment: Segment) => ({
  row: segment.rows,
  chunk: segment.chunkCount,
  sequence: segment.sequenceCount,
})

/** What the schedule wants to know of a stage; nothing is printed. */
const manifestOf = ({ program, grid }: Stage): StageManifest => ({
  name: program.name,
  workgroupSize: program.workgroupSize,
  bindings: program.bindings.map(({ name, element, access }) => ({ buffer: name, element, access })),
  uniforms: program.uniforms,
  grid,
  wgsl: '',
  js: '',
})
