import { storedTensor, writeSafetensors, type StoredTensor } from '../../cli/safetensors.ts'

/** The sizes of `gatedInputs`. */
export const gatedSizes = { B: 1, T: 5, H: 2, K: 4, V: 4 } as const

const filled = (shape: readonly number[], value: (i: number) => number): StoredTensor =>
  storedTensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
    shape,
  )

/** Inputs of gated_delta_net; a name with `undefined` is left out. */
export const gatedInputs = (
  changed: Readonly<Record<string, StoredTensor | undefined>> = {},
): ReadonlyMap<string, StoredTensor> => {
  const { B, T, H, K, V } = gatedSizes
  const all: Record<string, StoredTensor | undefined> = {
    q: filled([B, T, H, K], (i) => Math.sin(i)),
    k: filled([B, T, H, K], (i) => Math.cos(i) / 2),
    v: filled([B, T, H, V], (i) => Math.sin(2 * i)),
    log_alpha: filled([B, T, H], (i) => -0.1 * (i % 3)),
    beta: filled([B, T, H], (i) => 0.5 + 0.1 * (i % 4)),
    ...changed,
  }
  return new Map(Object.entries(all).flatMap(([name, t]) => (t === undefined ? [] : [[name, t] as const])))
}

export const writeTensors = (path: string, tensors: ReadonlyMap<string, StoredTensor>): void => {
  const failed = writeSafetensors(path, tensors)
  if (failed) throw new Error(failed.message)
}

export { filled }
