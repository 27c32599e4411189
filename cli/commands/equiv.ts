import { decide } from '../verify/decide.ts'
import { openMixer } from '../sources.ts'
import { printDiagnostics, type Terminal } from '../terminal.ts'

export interface EquivOptions {
  readonly where?: string
  readonly rounds?: number
  readonly json?: boolean
}

/** `mix equiv A B --where …`: the same layer or not. Gives the exit code. */
export const equiv = (a: string, b: string, options: EquivOptions, terminal: Terminal): number => {
  const [left, right] = [openMixer(a), openMixer(b)]
  const wrong = printDiagnostics(terminal, [...left.diagnostics, ...right.diagnostics])
  if (wrong || !('layer' in left) || !('layer' in right)) return 1
  const decided = decide(left, right, options)
  if ('diagnostics' in decided) {
    printDiagnostics(terminal, decided.diagnostics)
    return 1
  }
  const { equal, reason, dims, tokens, rounds } = decided
  const { colors } = terminal
  const [nameA, nameB] = [left.layer.name, right.layer.name]
  if (options.json)
    terminal.say(JSON.stringify({ a: nameA, b: nameB, where: options.where, ...decided }, undefined, 2))
  else if (equal)
    terminal.say(
      [
        `${colors.green('✓')} ${nameA} and ${nameB} are the same layer: ${reason.replace(/^equal: /, '')}`,
        colors.dim(
          `  decided over a finite field at ${sizesOf(dims)}, ${tokens} tokens, ${rounds} random inputs`,
        ),
      ].join('\n'),
    )
  else terminal.say(`${colors.red('✗')} ${nameA} and ${nameB} differ: ${reason}`)
  return equal ? 0 : 1
}

const sizesOf = (dims: Readonly<Record<string, number>>): string =>
  Object.entries(dims)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')
