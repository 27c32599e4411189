/** A dense tensor, last axis fastest, as the mapping of reference vectors needs it. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

export const tensor = (shape: readonly number[], data: ArrayLike<number>): Tensor => {
  if (data.length !== count(shape)) throw new Error(`${data.length} numbers do not fill ${shape.join('×')}`)
  return { shape, data: Float64Array.from(data) }
}

export const filled = (shape: readonly number[], value: number): Tensor =>
  tensor(shape, new Float64Array(count(shape)).fill(value))

export const map = (a: Tensor, f: (x: number, i: number) => number): Tensor => ({
  shape: a.shape,
  data: a.data.map(f),
})

export const scale = (a: Tensor, by: number): Tensor => map(a, (x) => x * by)

/** Component by component; b may lack a's last axes (a scalar for each of a's vectors). */
export const combine = (a: Tensor, b: Tensor, f: (x: number, y: number) => number): Tensor => {
  const inner = a.data.length / b.data.length
  if (!Number.isInteger(inner)) throw new Error(`${a.shape.join('×')} does not fit ${b.shape.join('×')}`)
  return map(a, (x, i) => f(x, b.data[Math.floor(i / inner)]))
}

export const reshape = (a: Tensor, shape: readonly number[]): Tensor => tensor(shape, a.data)

/** Axis i of the result is axis `order[i]` of a. */
export const permute = (a: Tensor, order: readonly number[]): Tensor => {
  const strides = a.shape.map((_, i) => count(a.shape.slice(i + 1)))
  const shape = order.map((i) => a.shape[i])
  const data = new Float64Array(a.data.length)
  const index = order.map(() => 0)
  for (let n = 0; n < data.length; n++) {
    data[n] = a.data[order.reduce((sum, axis, i) => sum + index[i] * strides[axis], 0)]
    for (let i = index.length - 1; i >= 0 && ++index[i] === shape[i]; i--) index[i] = 0
  }
  return { shape, data }
}

/** Swap the last two axes: a state kept value first becomes key first. */
export const transpose = (a: Tensor): Tensor => {
  const axes = a.shape.map((_, i) => i)
  return permute(a, [...axes.slice(0, -2), axes.length - 1, axes.length - 2])
}

/** One more entry at the end of the last axis of a. */
export const append = (a: Tensor, entry: (row: number) => number): Tensor => {
  const width = a.shape[a.shape.length - 1]
  const rows = a.data.length / width
  const data = new Float64Array(rows * (width + 1))
  for (let row = 0; row < rows; row++) {
    data.set(a.data.subarray(row * width, (row + 1) * width), row * (width + 1))
    data[row * (width + 1) + width] = entry(row)
  }
  return { shape: [...a.shape.slice(0, -1), width + 1], data }
}

/** ‖a − b‖ / ‖b‖; NaN or infinity anywhere in a makes it NaN or infinity. */
export const relativeError = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Infinity
  let difference = 0
  let size = 0
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2
    size += b[i] ** 2
  }
  return difference === 0 ? 0 : Math.sqrt(difference / size)
}
