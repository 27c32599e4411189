import { fail, printShape } from './errors.ts'
import type { Executor } from './executor.ts'
import { javascriptExecutor } from './javascript/executor.ts'
import type { FormManifest, Manifest } from './manifest.ts'
import type { Limits } from './schedule.ts'
import { checkCall } from './shapes.ts'
import { asTensor, disposeKey, hostTensor, isTensor, type Tensor, type TensorLike } from './tensor.ts'
import { webgpuExecutor } from './webgpu/executor.ts'

/**
 * Up to so many tokens the recurrent form runs, beyond them the chunk form. That form buys parallel work with
 * arithmetic, which a script on one thread has no use for (measured: about half as fast).
 */
export const recurrentUpTo: Readonly<Record<Executor['kind'], number>> = { webgpu: 16, javascript: Infinity }

export type Tensors = Readonly<Record<string, TensorLike>>

export interface LayerOptions {
  /** `[G, …shape]` each: kept where the layer runs, so that calls need not bring them. */
  readonly params?: Tensors
  /** Tighter limits than the device's: smaller scratch, more segments. */
  readonly limits?: Partial<Limits>
}

export interface ForwardOptions {
  /** Initial states `[N, G, …shape]`, by name; those that are missing start from their param, or zero. */
  readonly state?: Tensors
  /** Where each packed sequence starts, and T at the end; inputs then have B = 1. */
  readonly cuSeqlens?: ArrayLike<number | bigint>
  /** `[B, T]`: 0 where a token is padding. It leaves the state as it is, and its outputs are 0. */
  readonly mask?: TensorLike
  /** The form to use; without it the layer chooses by T. */
  readonly form?: 'recurrent' | 'chunk'
  /** Params that the layer was not created with, or others. */
  readonly params?: Tensors
  /** Where outputs go `[B, T, H, …shape]`, by name; those that are missing are new tensors. */
  readonly out?: Readonly<Record<string, Tensor>>
  /** The states given are overwritten by the final ones and come back as `state`. */
  readonly inPlace?: boolean
  /** Results stay on the GPU. Without it they do where an input, state or `out` lies there. */
  readonly resident?: boolean
}

export interface ForwardResult {
  /** `[B, T, H, …shape]`, by name. */
  readonly outputs: Readonly<Record<string, Tensor>>
  /** Final states `[N, G, …shape]`, by name. */
  readonly state: Readonly<Record<string, Tensor>>
  /** The form that ran. */
  readonly form: 'recurrent' | 'chunk'
}

/** A compiled layer, ready to run. */
export interface Layer {
  readonly manifest: Manifest
  readonly runsOn: Executor['kind']
  /** Inputs `[B, T, G, …shape]` by name → outputs and final states. The states given are left as they are. */
  forward(inputs: Tensors, options?: ForwardOptions): Promise<ForwardResult>
  /**
   * The same for one token (T = 1), recurrent. The states given are taken over: they hold the final ones
   * afterwards, unless `inPlace` is false.
   */
  step(
    inputs: Tensors,
    state?: Tensors,
    options?: Omit<ForwardOptions, 'state' | 'cuSeqlens'>,
  ): Promise<ForwardResult>
  /** Give back what is kept between calls. Tensors that calls returned live on. */
  destroy(): void
  [Symbol.dispose](): void
}

/** Make a layer out of what the compiler wrote, on a GPU or on the host. */
export const createLayer = (
  manifest: Manifest,
  device: GPUDevice | 'cpu',
  options: LayerOptions = {},
): Layer => {
  const executor =
    device === 'cpu'
      ? javascriptExecutor(manifest, options.limits)
      : webgpuExecutor(manifest, device, options.limits)
  const params: Record<string, Tensor> = {}
  for (const [name, value] of Object.entries(options.params ?? {})) {
    if (!manifest.params.some((spec) => spec.name === name))
      fail('tensor-unknown', `${manifest.layer} has no param ${name}`)
    params[name] = executor.keep(asTensor(value, 'f32'))
  }
  let destroyed = false

  const forward = async (inputs: Tensors, options: ForwardOptions = {}): Promise<ForwardResult> => {
    if (destroyed) fail('layer-destroyed', `${manifest.layer} was destroyed; create it again`)
    const { out = {}, inPlace = false } = options
    const given = tensorsOf(inputs)
    const states = tensorsOf(options.state ?? {})
    const all = { ...params, ...given, ...tensorsOf(options.params ?? {}) }
    const mask = options.mask === undefined ? undefined : maskOf(options.mask)
    const cuSeqlens = options.cuSeqlens && Array.from(options.cuSeqlens, Number)
    const checked = checkCall(manifest, { inputs: all, states, cuSeqlens, mask })
    checkOut(manifest, out, [checked.sizes.batch, checked.sizes.tokens, checked.sizes.heads])
    const wanted =
      options.form ?? (checked.sizes.tokens > recurrentUpTo[executor.kind] ? 'chunk' : 'recurrent')
    const form = formOf(manifest, wanted, options.form !== undefined)
    const near = [...Object.values(given), ...Object.values(states), ...Object.values(out)]
    const resident = options.resident ?? near.some((tensor) => tensor.kind === 'gpu')
    const result = await executor.run(form, { ...checked, inputs: all, states, mask, out, inPlace, resident })
    return { outputs: result.outputs, state: result.states, form: form.name }
  }

  const destroy = (): void => {
    if (destroyed) return
    destroyed = true
    executor.destroy()
    for (const [name, value] of Object.entries(options.params ?? {}))
      if (params[name] !== value) params[name].destroy()
  }

  return {
    manifest,
    runsOn: executor.kind,
    forward,
    step: async (inputs, state = {}, options = {}) => {
      const [first] = manifest.inputs
      const shape = first && inputs[first.name]?.shape
      if (shape && shape[1] !== 1)
        fail(
          'shape-mismatch',
          `a step takes one token: ${first.name} of ${manifest.layer} has T = ${shape[1]}`,
        )
      return forward(inputs, { form: 'recurrent', inPlace: true, ...options, state })
    },
    destroy,
    [disposeKey]: destroy,
  }
}

const tensorsOf = (values: Tensors): Record<string, Tensor> => {
  const tensors: Record<string, Tensor> = {}
  for (const [name, value] of Object.entries(values)) if (value) tensors[name] = asTensor(value, 'f32')
  return tensors
}

/** Anything but 0 counts. */
const maskOf = (mask: TensorLike): Tensor => {
  if (isTensor(mask) && mask.kind === 'gpu') return mask
  const { data, shape } = mask as { data: ArrayLike<number | bigint | boolean>; shape: readonly number[] }
  return hostTensor(
    Int32Array.from(data, (value) => (Number(value) === 0 ? 0 : 1)),
    shape,
  )
}

/** The form asked for; where none was, the one there is. */
const formOf = (manifest: Manifest, wanted: 'recurrent' | 'chunk', asked: boolean): FormManifest => {
  const { recurrent, chunk } = manifest.forms
  if (wanted === 'recurrent') return recurrent
  if (chunk || !asked) return chunk ?? recurrent
  return fail(
    'form-missing',
    `${manifest.layer} has no chunk form: ${manifest.missingForms.chunk ?? 'it was not compiled'}`,
  )
}

const checkOut = (
  manifest: Manifest,
  out: Readonly<Record<string, Tensor>>,
  sizes: readonly [number, number, number],
): void => {
  for (const [name, tensor] of Object.entries(out)) {
    const spec = manifest.outputs.find((output) => output.name === name)
    if (!spec) return fail('tensor-unknown', `${manifest.layer} has no output ${name}`)
    const wanted = [...sizes, ...spec.shape]
    if (printShape(tensor.shape) !== printShape(wanted))
      fail(
        'shape-mismatch',
        `${name} of ${manifest.layer} should have the shape ${printShape(wanted)}, not ${printShape(tensor.shape)}`,
      )
    if (tensor.element !== 'f32') fail('dtype-mismatch', `${name} of ${manifest.layer} holds f32 values`)
  }
}
