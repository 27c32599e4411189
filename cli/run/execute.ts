import type { Layer } from '../../compiler/1-check/layer.ts'
import { runReference } from '../../compiler/reference.ts'
import { diagnostic, MixError } from '../../diagnostics/diagnostic.ts'
import { RuntimeError, type Layer as RuntimeLayer, type Tensor } from '../../runtime/index.ts'
import type { Call, CallTensor } from './call.ts'

/** What came out, by name. */
export interface Results {
  readonly outputs: Readonly<Record<string, CallTensor>>
  readonly states: Readonly<Record<string, CallTensor>>
  readonly form: 'recurrent' | 'chunk' | 'reference'
}

/** Run kernels. What the runtime refuses is a diagnostic. `out` takes the outputs. */
export const runKernels = async (
  layer: RuntimeLayer,
  call: Call,
  form: 'recurrent' | 'chunk' | undefined,
  out?: Readonly<Record<string, Tensor>>,
): Promise<Results> => {
  const { inputs, params, states, cuSeqlens, mask } = call
  try {
    const result = await layer.forward(inputs, {
      params,
      state: states,
      cuSeqlens,
      mask,
      form,
      resident: false,
    })
    const read = async (tensors: typeof result.outputs): Promise<Record<string, CallTensor>> =>
      Object.fromEntries(
        await Promise.all(
          Object.entries(tensors).map(async ([name, tensor]) => {
            const data = (await tensor.read()) as Float32Array
            return [name, { shape: tensor.shape, data }] as const
          }),
        ),
      )
    return { outputs: await read(result.outputs), states: await read(result.state), form: result.form }
  } catch (error) {
    if (error instanceof RuntimeError)
      throw new MixError([diagnostic('device-failed', { reason: error.message })])
    throw error
  }
}

/** What the equation means, in doubles. */
export const runMeaning = (layer: Layer, call: Call): Results => {
  const { dims, inputs, params, states, cuSeqlens, mask } = call
  const { outputs, states: final } = runReference(
    layer,
    dims,
    { ...inputs, ...params },
    { initial: states, cuSeqlens, mask: mask?.data },
  )
  return { outputs, states: final, form: 'reference' }
}
