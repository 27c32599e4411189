import { randomNumbers } from '../shared/random.ts'
import { elementOf } from './group.ts'
import type { Task } from './tasks.ts'

/** A run of random moves, and the element that each should lead to. */
export interface Walk {
  readonly moves: readonly number[]
  readonly elements: readonly number[]
}

export const walkOf = ({ group }: Task, length: number, seed = 1): Walk => {
  const random = randomNumbers(seed)
  const moves = Array.from({ length }, () => Math.floor(random() * group.moves.length))
  let element = 0
  return { moves, elements: moves.map((move) => (element = group.table[move][element])) }
}

export interface Values {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

const values = (shape: readonly number[]): Values => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
})

/**
 * The walk as inputs of a delta rule layer with `steps` writes for each token. A move's reflections are its keys with
 * beta 2 and value 0; where beta may not reach 2 it is cut, where there are more reflections than steps the rest is
 * left out. The state starts as the identity, and one head for each row of it reads that row.
 */
export const inputsOf = (
  { group }: Task,
  walk: Walk,
  steps: number,
  betaAtMost: number,
  array: boolean,
): { readonly inputs: Readonly<Record<string, Values>>; readonly states: { readonly S: Values } } => {
  const { size } = group
  const tokens = walk.moves.length
  const each = array ? [steps] : []
  const q = values([1, tokens, size, size])
  const k = values([1, tokens, 1, ...each, size])
  const v = values([1, tokens, 1, ...each, size])
  const beta = values([1, tokens, 1, ...each])
  const g = values([1, tokens, 1])
  const S = values([1, 1, size, size])
  for (let i = 0; i < size; i++) S.data[i * size + i] = 1
  walk.moves.forEach((move, t) => {
    for (let i = 0; i < size; i++) q.data[(t * size + i) * size + i] = 1
    group.moves[move].keys.slice(0, steps).forEach((key, step) => {
      k.data.set(key, (t * steps + step) * size)
      beta.data[t * steps + step] = Math.min(2, betaAtMost)
    })
  })
  return { inputs: { q, k, v, beta, ...(array && { g }) }, states: { S } }
}

/** How well the states that were read follow the walk. */
export interface Score {
  /** The fraction of tokens after which the state is the one it should be. */
  readonly correct: number
  /** The first token after which it is not; none if it always is. */
  readonly firstWrong?: number
  /** How far any number of the state is from its exact value. */
  readonly deviation: number
}

export const scoreOf = ({ group }: Task, walk: Walk, read: ArrayLike<number>): Score => {
  const numbers = group.size * group.size
  let right = 0
  let firstWrong: number | undefined
  let deviation = 0
  walk.elements.forEach((element, t) => {
    const state = Array.from({ length: numbers }, (_, i) => read[t * numbers + i])
    group.elements[element].forEach((x, i) => (deviation = Math.max(deviation, Math.abs(x - state[i]))))
    if (elementOf(group, state) === element) right++
    else firstWrong ??= t
  })
  return { correct: right / walk.moves.length, firstWrong, deviation }
}
