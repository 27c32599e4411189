import { bug } from '../pass.ts'
import { builtinNames } from '../4-lower/type-of.ts'
import type { LoopProgram } from '../4-lower/loop-ir.ts'
import { arrayNames, valueNames } from '../4-lower/walk.ts'

/** How a program's arrays and values are spelled in a target. */
export interface Spelled {
  readonly array: (name: string) => string
  readonly value: (name: string) => string
}

/**
 * Names as they are where the target allows it, otherwise as near as it does; different ones stay different. An
 * array and a value may have one name in a program, never in a target.
 */
export const spellNames = (program: LoopProgram, reserved: ReadonlySet<string>): Spelled => {
  const taken = new Set(reserved)
  const spell = (names: Iterable<string>): ((name: string) => string) => {
    const spelled = new Map<string, string>()
    for (const name of names) {
      let spelling = plain(name)
      while (taken.has(spelling)) spelling += 'x'
      taken.add(spelling)
      spelled.set(name, spelling)
    }
    return (name) => spelled.get(name) ?? bug(`${program.name} has nothing named ${name}`)
  }
  return { array: spell(arrayNames(program)), value: spell([...builtinNames, ...valueNames(program)]) }
}

/** `mix_` is for the printers' own names; letters beyond ASCII go by their code point: not every shader compiler takes them. */
const plain = (name: string): string => {
  const ascii = [...name]
    .map((c) => (/[A-Za-z0-9_]/.test(c) ? c : c === '.' ? '_' : `u${c.codePointAt(0)!.toString(16)}`))
    .join('')
  const odd = !/^[A-Za-z]/.test(ascii) || ascii.includes('__') || ascii.startsWith('mix_')
  return odd ? `n${ascii.replaceAll(/_+/g, '_')}` : ascii
}
