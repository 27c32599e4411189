/** A square matrix, rows first. */
export type Matrix = readonly number[]

/** A move: a product of reflections I − 2 k kᵀ, the first one applied first. No keys: everything stays. */
export interface Move {
  readonly name: string
  readonly keys: readonly (readonly number[])[]
}

/** All states that moves can lead to from the identity, and which move leads where. */
export interface Group {
  readonly size: number
  readonly moves: readonly Move[]
  /** Element 0 is the identity. */
  readonly elements: readonly Matrix[]
  /** `table[move][element]`: the element that the move makes of it. */
  readonly table: readonly (readonly number[])[]
}

const identity = (size: number): Matrix =>
  Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0))

const reflect = (key: readonly number[], matrix: Matrix): Matrix => {
  const size = key.length
  const read = key.map((_, column) => key.reduce((sum, x, row) => sum + x * matrix[row * size + column], 0))
  return matrix.map((x, i) => x - 2 * key[Math.floor(i / size)] * read[i % size])
}

const innerProduct = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** By how much an element must be nearer than any other to be what a matrix says: noise does not count. */
const margin = 0.1

/** The element that a matrix says, if it says one: the inner product with it is clearly the largest. */
export const elementOf = (group: Group, matrix: ArrayLike<number>): number | undefined => {
  let nearest: number | undefined
  let best = -Infinity
  let second = -Infinity
  group.elements.forEach((element, i) => {
    const product = innerProduct(element, matrix)
    if (product > best) [nearest, best, second] = [i, product, best]
    else if (product > second) second = product
  })
  return best - second > margin ? nearest : undefined
}

/** Everything that the moves generate. */
export const groupOf = (size: number, moves: readonly Move[]): Group => {
  const elements: Matrix[] = [identity(size)]
  const table: number[][] = moves.map(() => [])
  // All elements are orthogonal: two are the same exactly when their inner product is `size`.
  const find = (matrix: Matrix) => elements.findIndex((e) => innerProduct(e, matrix) > size - 1e-6)
  for (let from = 0; from < elements.length; from++)
    moves.forEach((move, m) => {
      const moved = move.keys.reduce<Matrix>((matrix, key) => reflect(key, matrix), elements[from])
      const found = find(moved)
      table[m][from] = found >= 0 ? found : elements.push(moved) - 1
    })
  return { size, moves, elements, table }
}
