import { elementCount } from './tensor.ts'

/** `[N, from, …shape]` and `[N, to, …shape]`, or one `[from, …shape]` for all N: how heads are spread or picked. */
export interface HeadMove {
  /** N */
  readonly sequences: number
  readonly shape: readonly number[]
  readonly from: number
  readonly to: number
  /** Every sequence reads the same values: a param. */
  readonly shared: boolean
}

/**
 * Spread a state's heads (`to` a multiple of `from`) or pick every (from / to)-th one.
 *
 *     target[n, h] = source[n, floor(h · from / to)]
 */
export const moveHeads = (source: Float32Array, target: Float32Array, move: HeadMove): void => {
  const size = elementCount(move.shape)
  for (let n = 0; n < move.sequences; n++)
    for (let h = 0; h < move.to; h++) {
      const head = (move.shared ? 0 : n * move.from) + Math.floor((h * move.from) / move.to)
      target.set(source.subarray(head * size, (head + 1) * size), (n * move.to + h) * size)
    }
}
