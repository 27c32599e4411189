import { createLayer, gpuTensor } from '../runtime/index.ts'
import { drawCall } from '../cli/run/draw.ts'
import type { CallTensor } from '../cli/run/call.ts'
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
const rounds = 7

/** The chunk form along the length of one sequence, on tensors that lie on the device. */
export const measureLengths = async (
  name: string,
  device: GPUDevice,
  errors: readonly MeasuredError[],
): Promise<readonly MeasuredLength[]> => {
  const wrong = errors.find((one) => one.layer === name && Math.max(one.chunk, one.recurrent) > worstAllowed)
  if (wrong) throw new Error(`${name} is not timed: it is off by ${wrong.chunk} at K = V = ${wrong.size}`)
  const layer = stdlibLayer(name)
  const { dims, manifest } = compiledAt(layer, {})
  const found: MeasuredLength[] = []
  for (const tokens of lengths) {
    const held = countBytes(device)
    const call = drawCall(layer, { dims, batch: 1, tokens, heads, seed: 1 })
    const resident = (tensors: Readonly<Record<string, CallTensor>>) =>
      Object.fromEntries(
        Object.entries(tensors).map(([key, { shape, data }]) => [
          key,
          gpuTensor(device, shape, { data: data as Float32Array }),
        ]),
      )
    const inputs = resident(call.inputs)
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
    const times: number[] = []
    for (let i = 0; i < rounds; i++) times.push(await once())
    found.push({ tokens, seconds: Math.min(...times), bytes: held.most() })
    runnable.destroy()
    for (const tensor of Object.values(inputs)) tensor.destroy()
    held.stop()
  }
  return found
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
