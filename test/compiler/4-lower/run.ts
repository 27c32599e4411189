import { interpret, type Groups, type Memory } from '../../../compiler/4-lower/interpret.ts'
import type { LoopProgram } from '../../../compiler/4-lower/loop-ir.ts'
import { printJs } from '../../../compiler/5-emit/js/index.ts'
import { float64 } from '../../../compiler/float64.ts'

export type Buffers = Readonly<Record<string, Float32Array | Int32Array>>
export type Uniforms = Readonly<Record<string, number>>

export const one: Groups = { x: 1, y: 1, z: 1 }

/** Buffers as the interpreter's memory; what is only written starts unwritten. */
export const memoryOf = (program: LoopProgram, buffers: Buffers): Memory<number> => {
  const memory: Memory<number> = { f32: new Map(), i32: new Map() }
  for (const { name, access } of program.bindings) {
    const buffer = buffers[name]
    if (buffer instanceof Int32Array) memory.i32.set(name, buffer.slice())
    else memory.f32.set(name, access === 'read' ? [...buffer] : new Array<number>(buffer.length))
  }
  return memory
}

/** What the interpreter leaves in a buffer, in doubles. */
export const interpreted = (
  program: LoopProgram,
  buffers: Buffers,
  result: string,
  uniforms: Uniforms = {},
  groups: Groups = one,
): (number | undefined)[] => {
  const memory = memoryOf(program, buffers)
  interpret(program, float64, memory, uniforms, groups)
  return [...memory.f32.get(result)!]
}

/** What the printed JavaScript leaves in a buffer. */
export const ranAsJs = (
  program: LoopProgram,
  buffers: Buffers,
  result: string,
  uniforms: Uniforms = {},
  groups: Groups = one,
): number[] => {
  const own = Object.fromEntries(Object.entries(buffers).map(([name, buffer]) => [name, buffer.slice()]))
  const run = new Function('buffers', 'uniforms', 'groups', printJs(program)) as (
    b: Buffers,
    u: Uniforms,
    g: Groups,
  ) => void
  run(own, uniforms, groups)
  return [...own[result]]
}

/** Numbers between −2 and 2, the same each time. */
export const numbers = (count: number, seed = 1): Float32Array => {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state / 0x7fffffff) * 4 - 2
  })
}

/** The largest difference, relative where values exceed 1. */
export const difference = (
  a: readonly (number | undefined)[],
  b: readonly (number | undefined)[],
): number => {
  if (a.length !== b.length) return Infinity
  return Math.max(
    0,
    ...a.map((x, i) => {
      const y = b[i]
      if (x === undefined || y === undefined) return x === y ? 0 : Infinity
      const d = Math.abs(x - y) / Math.max(1, Math.abs(y))
      return Number.isNaN(d) ? Infinity : d
    }),
  )
}

/** A program with what it runs on. */
export interface Case {
  readonly program: LoopProgram
  readonly buffers: Buffers
  readonly result: string
  readonly uniforms: Uniforms
  readonly groups: Groups
}
