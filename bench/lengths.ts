import type { Layer } from '../compiler/1-check/layer.ts'
import type { Dims } from '../compiler/1-check/size.ts'
import { createLayer, gpuTensor, type Manifest } from '../runtime/index.ts'
import { drawCall } from '../cli/run/draw.ts'
import { worstAllowed, type MeasuredError } from './errors.ts'
import { compiledAt, stdlibLayer } from './layer.ts'

export interface MeasuredLength {
  readonly tokens: number
  readonly seconds: number
  /** On the device, with inputs and outputs. */
  readonly bytes: number
}

const lengths = [512, 1024, 2048, 4096, 8192, 16_384] as const
const heads = 4
/** The fastest counts: whatever else runs on the machine only adds. */
const rounds = 5

/** The chunk form along the length of one sequence, on tensors that lie on the device. */
export const measureLengths = async (
  name: string,
  device: GPUDevice,
  errors: readonly MeasuredError[],
): Promise<readonly MeasuredLength[]> => {
  const wrong = errors.find((one) => one.layer === name && Math.max(one.chunk, one.recurrent) > worstAllowed)
  if (wrong) throw new Error(`${name} is not timed: it is off by ${wrong.chunk} at K = V = ${wrong.size}`)
  const { dims, manifest } = compiledAt(stdlibLayer(name), {})
  const runs: Run[] = []
  for (const tokens of lengths) runs.push(await prepareRun(stdlibLayer(name), manifest, dims, device, tokens))
  // All lengths in turn: whatever else runs on the machine then slows all of them.
  for (let i = 0; i < rounds; i++) for (const run of runs) run.times.push(await run.once())
  for (const run of runs) run.destroy()
  return runs.map(({ tokens, times, bytes }) => ({ tokens, seconds: Math.min(...times), bytes }))
}

interface Run {
  readonly tokens: number
  readonly bytes: number
  readonly times: number[]
  /** Seconds of one call. */
  readonly once: () => Promise<number>
  readonly destroy: () => void
}

/** Inputs on the device, and one call to make pipelines and scratch. */
const prepareRun = async (
  layer: Layer,
  manifest: Manifest,
  dims: Dims,
  device: GPUDevice,
  tokens: number,
): Promise<Run> => {
  const held = countBytes(device)
  const call = drawCall(layer, { dims, batch: 1, tokens, heads, seed: 1 })
  const inputs = Object.fromEntries(
    Object.entries(call.inputs).map(([name, { shape, data }]) => [
      name,
      gpuTensor(device, shape, { data: data as Float32Array }),
    ]),
  )
  const runnable = createLayer(manifest, device)
  const once = async (): Promise<number> => {
    const start = performance.now()
    const { outputs, state } = await runnable.forward(inputs, { form: 'chunk', resident: true })
    // A state is small, and comes last.
    await Object.values(state)[0].read()
    const seconds = (performance.now() - start) / 1000
    for (const tensor of [...Object.values(outputs), ...Object.values(state)]) tensor.destroy()
    return seconds
  }
  await once()
  held.stop()
  return {
    tokens,
    bytes: held.most(),
    times: [],
    once,
    destroy: () => {
      runnable.destroy()
      for (const tensor of Object.values(inputs)) tensor.destroy()
    },
  }
}

/** What buffers of a device take at most, from now on. */
const countBytes = (device: GPUDevice): { readonly most: () => number; readonly stop: () => void } => {
  const create = device.createBuffer.bind(device)
  let [now, most] = [0, 0]
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor)
    const destroy = buffer.destroy.bind(buffer)
    let there = true
    now += descriptor.size
    most = Math.max(most, now)
    buffer.destroy = () => {
      if (there) now -= descriptor.size
      there = false
      return destroy()
    }
    return buffer
  }
  return {
    most: () => most,
    stop: () => {
      device.createBuffer = create
    },
  }
}
