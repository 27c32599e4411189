import { createLayer } from '../runtime/index.ts'
import { relativeErrorOf } from '../cli/verify/float.ts'
import { drawCall } from '../cli/run/draw.ts'
import { runKernels, runMeaning } from '../cli/run/execute.ts'
import { compiledAt, stdlibLayer } from './layer.ts'

export interface MeasuredError {
  readonly layer: string
  readonly size: number
  readonly recurrent: number
  readonly chunk: number
}

/** Beyond that a form is wrong, and nothing of it is timed. */
export const worstAllowed = 1e-5

const layers = ['linear_attention', 'gla', 'gated_delta_net', 'rwkv7'] as const
const sizes = [64, 128, 256] as const
const tokens = 100

/** How far both forms are from the meaning in float64, at heads of several sizes. */
export const measureErrors = async (device: GPUDevice): Promise<readonly MeasuredError[]> => {
  const found: MeasuredError[] = []
  for (const name of layers)
    for (const size of sizes) {
      const layer = stdlibLayer(name)
      const { dims, manifest } = compiledAt(layer, { K: size, V: size })
      const call = drawCall(layer, { dims, batch: 1, tokens, heads: 1, seed: 1 })
      const meant = runMeaning(layer, call)
      const runnable = createLayer(manifest, device)
      const [recurrent, chunk] = [
        relativeErrorOf(await runKernels(runnable, call, 'recurrent'), meant),
        relativeErrorOf(await runKernels(runnable, call, 'chunk'), meant),
      ]
      runnable.destroy()
      found.push({ layer: name, size, recurrent, chunk })
    }
  return found
}
