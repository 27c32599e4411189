import { parseBindings } from '../../grammar/parse.ts'
import { bind } from '../../proof/bindings.ts'
import { equivalent, type Equivalence } from '../../proof/equivalent.ts'
import { hasErrors, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import { fileOfUse, openMixer, type Chosen } from '../sources.ts'
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

/** Is the second the first, with inputs of the second bound to expressions in those of the first? */
export const decide = (
  a: Chosen,
  b: Chosen,
  { where, rounds }: Pick<EquivOptions, 'where' | 'rounds'>,
): Equivalence | { readonly diagnostics: readonly Diagnostic[] } => {
  if (where === undefined) return equivalent(a.layer, b.layer, { rounds })
  const { bindings, diagnostics } = parseBindings({ name: '--where', text: where })
  if (hasErrors(diagnostics)) return { diagnostics }
  const bound = bind(a.file, a.mixer, bindings, fileOfUse)
  if (!bound.layer) return { diagnostics: bound.diagnostics }
  return equivalent(a.layer, b.layer, { bindings: bound.layer, rounds })
}

const sizesOf = (dims: Readonly<Record<string, number>>): string =>
  Object.entries(dims)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')
