import { groupOf, type Group, type Move } from './group.ts'

/** A state to be followed through random moves. */
export interface Task {
  readonly name: string
  readonly group: Group
  /** How many reflections one move takes. */
  readonly reflections: number
}

const task = (name: string, size: number, moves: readonly Move[]): Task => ({
  name,
  group: groupOf(size, moves),
  reflections: Math.max(...moves.map((move) => move.keys.length)),
})

/** e_i − e_j over √2: its reflection swaps things i and j. */
const swapKey = (n: number, i: number, j: number): readonly number[] =>
  Array.from({ length: n }, (_, d) => (d === i ? Math.SQRT1_2 : d === j ? -Math.SQRT1_2 : 0))

const pairsOf = (n: number): readonly (readonly [number, number])[] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: i }, (_, j) => [j, i] as const)).flat()

const east = [1, 0]
const northEast = [Math.cos(Math.PI / 3), Math.sin(Math.PI / 3)]

/** Bits; the state is whether the ones so far are even or odd. Each 1 mirrors the plane, and two mirror it back. */
export const parity = task('parity', 2, [
  { name: '0', keys: [] },
  { name: '1', keys: [east] },
])

/** Digits 0, 1, 2; the state is their sum modulo 3. Two mirrors at 60° turn the plane by 120°. */
export const moduloThree = task('sum modulo 3', 2, [
  { name: '+0', keys: [] },
  { name: '+1', keys: [east, northEast] },
  { name: '+2', keys: [northEast, east] },
])

/** Five things in five places; a move swaps two of them. All 120 orders can come up. */
export const swaps = task(
  'swaps of 5 things',
  5,
  pairsOf(5).map(([i, j]) => ({ name: `(${i} ${j})`, keys: [swapKey(5, i, j)] })),
)

/** Five things in five places; a move sends three of them round. The 60 even orders can come up. */
export const cycles = task(
  '3-cycles of 5 things',
  5,
  pairsOf(5).flatMap(([i, j]) =>
    [0, 1, 2, 3, 4]
      .filter((k) => k > j)
      .flatMap((k) => [
        { name: `(${i} ${j} ${k})`, keys: [swapKey(5, i, j), swapKey(5, j, k)] },
        { name: `(${k} ${j} ${i})`, keys: [swapKey(5, j, k), swapKey(5, i, j)] },
      ]),
  ),
)

export const tasks: readonly Task[] = [parity, moduloThree, swaps, cycles]
