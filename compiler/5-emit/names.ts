import type { LoopProgram } from '../4-lower/loop-ir.ts'
import { namesOf } from '../4-lower/walk.ts'

/**
 * How a program's names are spelled in a target: as they are where the target allows it, otherwise as near as it
 * does; different names stay different.
 */
export const spellNames = (
  program: LoopProgram,
  reserved: ReadonlySet<string>,
): ((name: string) => string) => {
  const spelled = new Map<string, string>()
  const taken = new Set(reserved)
  const add = (name: string): void => {
    let spelling = plain(name)
    while (taken.has(spelling)) spelling += 'x'
    taken.add(spelling)
    spelled.set(name, spelling)
  }
  for (const name of builtin) add(name)
  for (const name of namesOf(program)) add(name)
  return (name) => spelled.get(name) ?? plain(name)
}

const builtin = ['lane', 'group.x', 'group.y', 'group.z']

/** `mix_` is for the printers' own names; letters beyond ASCII go by their code point: not every shader compiler takes them. */
const plain = (name: string): string => {
  const ascii = [...name]
    .map((c) => (/[A-Za-z0-9_]/.test(c) ? c : c === '.' ? '_' : `u${c.codePointAt(0)!.toString(16)}`))
    .join('')
  const odd = !/^[A-Za-z]/.test(ascii) || ascii.includes('__') || ascii.startsWith('mix_')
  return odd ? `n${ascii.replaceAll(/_+/g, '_')}` : ascii
}
