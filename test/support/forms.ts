import type { Fault } from '../../compiler/4-lower/fault.ts'
import { interpret } from '../../compiler/4-lower/interpret.ts'
import { simulate } from '../../compiler/4-lower/simulate.ts'
import type { Compiled } from '../../compiler/compile.ts'
import { float64 } from '../../compiler/float64.ts'
import { runReference } from '../../compiler/reference.ts'
import { runForm, type Execute, type FormResult } from '../../proof/evaluate.ts'
import { createLayer, type HostTensor } from '../../runtime/index.ts'
import type { Call } from './calls.ts'

export type FormName = 'recurrent' | 'chunk'
export const formNames: readonly FormName[] = ['recurrent', 'chunk']

export interface Tensor {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number>
}

/** Outputs `[B, T, H, …]` and final states `[N, G, …]`. */
export interface Result {
  readonly outputs: Readonly<Record<string, Tensor>>
  readonly states: Readonly<Record<string, Tensor>>
}

/** What the layer means. */
export const reference = ({ layer, dims }: Compiled, call: Call): Result =>
  runReference(layer, dims, call.tensors, call)

const run = ({ lowered }: Compiled, form: FormName, call: Call, execute: Execute<number>): Result => {
  const result: FormResult<number> = runForm(lowered, lowered[form]!, 0, execute, call)
  const written = (all: FormResult<number>['outputs']): Result['outputs'] =>
    Object.fromEntries(
      Object.entries(all).map(([name, { shape, data }]) => [
        name,
        { shape, data: Array.from(data, (x) => x ?? NaN) },
      ]),
    )
  return { outputs: written(result.outputs), states: written(result.states) }
}

/** A form's kernels in doubles: what is left of a difference is a fault of the derivation, not of rounding. */
export const inDoubles = (compiled: Compiled, form: FormName, call: Call): Result =>
  run(compiled, form, call, (program, memory, uniforms, groups) =>
    interpret(program, float64, memory, uniforms, groups),
  )

/** What a device would not forgive in a form's kernels. */
export const faultsOf = (compiled: Compiled, form: FormName, call: Call): readonly Fault[] => {
  const faults: Fault[] = []
  run(compiled, form, call, (program, memory, uniforms, groups) =>
    faults.push(...simulate(program, memory, uniforms, groups)),
  )
  return faults
}

/** A form's printed JavaScript, in f32. */
export const inJavaScript = async (compiled: Compiled, form: FormName, call: Call): Promise<Result> => {
  const { layer, manifest } = compiled
  const inputs = Object.fromEntries(layer.inputs.map(({ name }) => [name, call.tensors[name]]))
  const params = Object.fromEntries(layer.params.map(({ name }) => [name, call.tensors[name]]))
  const { mask, cuSeqlens, initial } = call
  const [batch, tokens] = call.tensors[layer.inputs[0].name].shape
  const { outputs, state } = await createLayer(manifest, 'cpu').forward(inputs, {
    form,
    params,
    cuSeqlens,
    state: initial,
    mask: mask && { data: mask, shape: [batch, tokens] },
  })
  return {
    outputs: outputs as Readonly<Record<string, HostTensor>>,
    states: state as Readonly<Record<string, HostTensor>>,
  }
}

/** ‖a − b‖ / ‖b‖, the largest over all tensors; a norm below `least` counts as that. */
export const distance = (a: Result, b: Result, least = 1e-3): number =>
  Math.max(
    ...(['outputs', 'states'] as const).flatMap((part) =>
      Object.keys(b[part]).map((name) => tensorDistance(a[part][name], b[part][name], least)),
    ),
  )

export const tensorDistance = (a: Tensor, b: Tensor, least = 1e-3): number => {
  if (a.shape.join() !== b.shape.join()) return Infinity
  let [difference, norm] = [0, 0]
  for (let i = 0; i < b.data.length; i++) {
    difference += (a.data[i] - b.data[i]) ** 2
    norm += b.data[i] ** 2
  }
  const relative = Math.sqrt(difference) / Math.max(Math.sqrt(norm), least)
  return Number.isNaN(relative) ? Infinity : relative
}
