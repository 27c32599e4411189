import type { Executor, ExecutorCall, ExecutorResult } from '../executor.ts'
import { moveHeads } from '../heads.ts'
import type { FormManifest, Manifest } from '../manifest.ts'
import { gridOf, scratchBytesOf, segmentsOf, uniformsOf, type Limits, type Segment } from '../schedule.ts'
import { elementCount, hostTensor, type HostTensor, type Tensor, type TensorData } from '../tensor.ts'
import { kernelOf } from './kernel.ts'

type Buffers = Record<string, TensorData>

/** What the CPU can do in one go; smaller numbers make more segments. */
export const javascriptLimits: Limits = { maxBufferBytes: 2 ** 31, maxWorkgroups: 2 ** 31 }

/** Runs the printed JavaScript of every stage on the host. */
export const javascriptExecutor = (manifest: Manifest, limits: Partial<Limits> = {}): Executor => {
  const scratch: Buffers = {}

  const run = async (form: FormManifest, call: ExecutorCall): Promise<ExecutorResult> => {
    const { batch, tokens, heads } = call.sizes
    const buffers: Buffers = {}
    for (const [name, tensor] of Object.entries(call.inputs)) buffers[name] = await valuesOf(tensor)
    buffers['table.mask'] = call.mask ? await valuesOf(call.mask) : new Int32Array(1)

    const outputs: Record<string, Tensor> = {}
    for (const { name, shape } of manifest.outputs) {
      const values = new Float32Array(batch * tokens * heads * elementCount(shape))
      buffers[name] = values
      outputs[name] = hostTensor(values, [batch, tokens, heads, ...shape])
    }

    const states: Record<string, Float32Array> = {}
    for (const { name, shape, initial } of manifest.states) {
      const given = call.states[name] ?? (initial === undefined ? undefined : call.inputs[initial])
      const values = new Float32Array(call.sequences * heads * elementCount(shape))
      if (given)
        moveHeads((await valuesOf(given)) as Float32Array, values, {
          sequences: call.sequences,
          shape,
          from: given.shape[call.states[name] ? 1 : 0],
          to: heads,
          shared: call.states[name] === undefined,
        })
      states[name] = values
    }

    for (const segment of segmentsOf(form, call.sizes, { ...javascriptLimits, ...limits })) {
      prepare(manifest, form, segment, call, buffers, states, scratch)
      for (const stage of form.stages) {
        const [x, y, z] = gridOf(stage, segment, heads)
        kernelOf(stage)(buffers, uniformsOf(stage, call.sizes), { x, y, z })
      }
    }
    return { outputs: deliver(call, outputs), states: finalStates(manifest, call, states) }
  }

  return {
    kind: 'javascript',
    run,
    keep: (tensor) =>
      tensor.kind === 'host' ? hostTensor(tensor.data.slice(), tensor.shape, tensor.element) : tensor,
    destroy: () => Object.keys(scratch).forEach((name) => delete scratch[name]),
  }
}

/** Set the tables of a segment, its stretch of the states, and scratch that is large enough. */
const prepare = (
  manifest: Manifest,
  form: FormManifest,
  segment: Segment,
  call: ExecutorCall,
  buffers: Buffers,
  states: Readonly<Record<string, Float32Array>>,
  scratch: Buffers,
): void => {
  const { heads } = call.sizes
  buffers['table.chunks'] = segment.chunks
  buffers['table.sequences'] = segment.sequences
  for (const { name, shape } of manifest.states) {
    const size = heads * elementCount(shape)
    buffers[`state.${name}`] = states[name].subarray(segment.firstSequence * size)
  }
  for (const spec of form.scratch) {
    const length = scratchBytesOf(spec, segment, heads) / 4
    const kept = scratch[spec.name]
    const array = spec.element === 'f32' ? Float32Array : Int32Array
    if (!(kept instanceof array) || kept.length < length) scratch[spec.name] = new array(length)
    buffers[spec.name] = scratch[spec.name]
  }
}

/** Outputs, copied to where the caller wants them. */
const deliver = (
  call: ExecutorCall,
  outputs: Readonly<Record<string, Tensor>>,
): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => {
      const target = call.out[name]
      if (target) put((tensor as HostTensor).data, target)
      return [name, target ?? tensor]
    }),
  )

const finalStates = (
  manifest: Manifest,
  call: ExecutorCall,
  states: Readonly<Record<string, Float32Array>>,
): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(
    manifest.states.map(({ name, shape }) => {
      const to = call.stateHeads[name]
      const values = new Float32Array(call.sequences * to * elementCount(shape))
      moveHeads(states[name], values, {
        sequences: call.sequences,
        shape,
        from: call.sizes.heads,
        to,
        shared: false,
      })
      const given = call.inPlace ? call.states[name] : undefined
      if (given) put(values, given)
      return [name, given ?? hostTensor(values, [call.sequences, to, ...shape])]
    }),
  )

const put = (values: TensorData, target: Tensor): void => {
  if (target.kind === 'host') target.data.set(values)
  else target.write(values)
}

const valuesOf = async (tensor: Tensor): Promise<TensorData> =>
  tensor.kind === 'host' ? tensor.data : tensor.read()
