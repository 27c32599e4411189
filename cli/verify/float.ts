import { growthOfUpdate } from '../../compiler/1-check/growth.ts'
import { dimsOf } from '../../compiler/1-check/index.ts'
import type { Layer } from '../../compiler/1-check/layer.ts'
import type { Dims } from '../../compiler/1-check/size.ts'
import type { LayerProgram } from '../../compiler/2-normalize/state-program.ts'
import { portsOf } from '../../compiler/4-lower/lanes.ts'
import {
  createLayer,
  gpuTensor,
  hostTensor,
  type Layer as RuntimeLayer,
  type Manifest,
  type Tensor,
} from '../../runtime/index.ts'
import type { Call, CallTensor } from '../run/call.ts'
import { runKernels, runMeaning, type Results } from '../run/execute.ts'
import { floatCases } from './cases.ts'

/** How far each form is from the meaning in doubles, at one case: ‖out − ref‖ / ‖ref‖, the worst tensor. */
export interface FloatResult {
  readonly name: string
  readonly recurrent: number
  readonly chunk?: number
  /** What the inputs without a range were multiplied by. */
  readonly scale: number
  readonly ok: boolean
}

export interface FloatReport {
  readonly dims: Dims
  readonly chunkSize: number
  readonly device: string
  readonly results: readonly FloatResult[]
  readonly ok: boolean
}

/** No form may be further off than that. */
const bar = 1e-5
/** Below that rounding is no fault. */
const floor = 1e-6
/** A chunk may be so many times further off than the recurrent form. */
const factor = 4
/** Beyond that delta rules with unnormalised keys explode, and nothing can be told of rounding. */
const largest = 1e3

/** Sizes that are no multiples of anything, where the layer takes them. */
export const floatDims = (layer: Layer): Dims => {
  const wanted = [20, 12, 8]
  const sizes = layer.dims.flatMap(({ name, value }) =>
    value === undefined || (value.kind === 'number' && value.value > 4)
      ? [[name, wanted.shift() ?? 8] as const]
      : [],
  )
  const [odd, own] = [dimsOf(layer, Object.fromEntries(sizes)), dimsOf(layer)]
  return 'dims' in odd ? odd.dims : 'dims' in own ? own.dims : Object.fromEntries(sizes)
}

/** The inputs and params that the decays of a program are made of. */
export const decayingPorts = (program: LayerProgram): ReadonlySet<string> =>
  new Set(
    program.states.flatMap(({ ops }) =>
      ops.flatMap((op) => (op.kind === 'decay' ? [...portsOf(op.value)] : [])),
    ),
  )

/** Compare both forms with the meaning of the layer at random and at adversarial inputs. */
export const compareFloats = async (
  layer: Layer,
  { program, manifest }: { readonly program: LayerProgram; readonly manifest: Manifest },
  device: GPUDevice | 'cpu',
  deviceName: string,
  progress: (name: string) => void,
): Promise<FloatReport> => {
  const { dims } = manifest
  const chunkSize = manifest.forms.chunk?.chunkSize ?? manifest.forms.recurrent.chunkSize
  const overshoots = layer.updates.some((update) => (growthOfUpdate(update, layer)?.bounds.from ?? 0) < 0)
  const runnable = createLayer(manifest, device)
  const results: FloatResult[] = []
  try {
    for (const { name, call } of floatCases(layer, dims, decayingPorts(program), chunkSize)) {
      progress(name)
      const { drawn, meant, scale } = settle(layer, call)
      const recurrent = await errorOf(runnable, device, drawn, 'recurrent', meant)
      const chunk = manifest.forms.chunk && (await errorOf(runnable, device, drawn, 'chunk', meant))
      const allowed = overshoots ? bar : Math.min(bar, Math.max(factor * recurrent, floor))
      const ok = recurrent <= bar && (chunk === undefined || chunk <= allowed)
      results.push({ name, recurrent, chunk, scale, ok })
    }
  } finally {
    runnable.destroy()
  }
  return { dims, chunkSize, device: deviceName, results, ok: results.every((result) => result.ok) }
}

/** Draw, and halve what has no range until the meaning stays within bounds. */
const settle = (
  layer: Layer,
  call: (scale: number) => Call,
): { readonly drawn: Call; readonly meant: Results; readonly scale: number } => {
  for (let scale = 1; ; scale /= 2) {
    const drawn = call(scale)
    const meant = runMeaning(layer, drawn)
    const all = Object.values({ ...meant.outputs, ...meant.states })
    const most = Math.max(0, ...all.map(({ data }) => largestOf(data)))
    if (most <= largest || scale < 1e-6) return { drawn, meant, scale }
  }
}

const largestOf = (data: CallTensor['data']): number => {
  let most = 0
  for (const x of data) if (!(Math.abs(x) <= most)) most = Math.abs(x)
  return most
}

const errorOf = async (
  runnable: RuntimeLayer,
  device: GPUDevice | 'cpu',
  call: Call,
  form: 'recurrent' | 'chunk',
  meant: Results,
): Promise<number> => {
  const out = poisoned(runnable.manifest, call, device)
  try {
    return relativeErrorOf(await runKernels(runnable, call, form, out), meant)
  } finally {
    for (const tensor of Object.values(out)) tensor.destroy()
  }
}

/** Outputs are full of NaN before a kernel writes them, so that a value that it leaves out shows. */
const poisoned = (
  { outputs }: Manifest,
  { batch, tokens, heads }: Call,
  device: GPUDevice | 'cpu',
): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(
    outputs.map(({ name, shape: own }) => {
      const shape = [batch, tokens, heads, ...own]
      const data = new Float32Array(shape.reduce((n, size) => n * size, 1)).fill(NaN)
      return [name, device === 'cpu' ? hostTensor(data, shape) : gpuTensor(device, shape, { data })]
    }),
  )

/** ‖found − meant‖ / ‖meant‖ of the worst output or state; infinite where something is no number. */
export const relativeErrorOf = (found: Results, meant: Results): number => {
  const errors = [
    ...Object.entries(meant.outputs).map(([name, tensor]) => relativeError(found.outputs[name], tensor)),
    ...Object.entries(meant.states).map(([name, tensor]) => relativeError(found.states[name], tensor)),
  ]
  return Math.max(0, ...errors.map((error) => (Number.isNaN(error) ? Infinity : error)))
}

const relativeError = (found: CallTensor, meant: CallTensor): number => {
  if (found.shape.join() !== meant.shape.join()) return Infinity
  let [off, size] = [0, 0]
  for (let i = 0; i < meant.data.length; i++) {
    off += (found.data[i] - meant.data[i]) ** 2
    size += meant.data[i] ** 2
  }
  return off === 0 ? 0 : size === 0 ? Math.sqrt(off) : Math.sqrt(off / size)
}
