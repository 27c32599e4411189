import { hasErrors, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import { positionOf } from '../../diagnostics/lines.ts'
import { chooseMixer, filesOf, load, type Loaded } from '../sources.ts'
import { printDiagnostics, type Terminal } from '../terminal.ts'

export interface CheckOptions {
  readonly json?: boolean
}

/** `mix check FILE…`: all that is wrong with the files, or what is in them. Gives the exit code. */
export const check = (files: readonly string[], options: CheckOptions, terminal: Terminal): number => {
  const found = files.flatMap((argument): Loaded[] => {
    const paths = filesOf(argument)
    return 'severity' in paths
      ? [{ path: argument, layers: [], diagnostics: [paths] }]
      : paths.map(({ path, mixer }) => ofMixer(load(path), mixer))
  })
  const wrong = found.filter(({ diagnostics }) => hasErrors(diagnostics))
  if (options.json) {
    terminal.say(
      JSON.stringify(
        found.flatMap(({ diagnostics }) => diagnostics.map(toJson)),
        undefined,
        2,
      ),
    )
    return wrong.length > 0 ? 1 : 0
  }
  for (const { path, layers, diagnostics } of found) {
    printDiagnostics(terminal, diagnostics)
    if (!hasErrors(diagnostics))
      terminal.say(
        `${terminal.colors.green('✓')} ${path}${terminal.colors.dim(contentsOf(layers.map((l) => l.name)))}`,
      )
  }
  if (wrong.length === 0) return 0
  const errors = wrong.flatMap(({ diagnostics }) => diagnostics.filter((d) => d.severity === 'error'))
  const where = found.length > 1 ? ` in ${counted(wrong.length, 'file')} of ${found.length}` : ''
  terminal.warn(terminal.errorColors.bold(`${counted(errors.length, 'error')}${where}`))
  return 1
}

/** `FILE:NAME` asks for a mixer of that name. */
const ofMixer = (loaded: Loaded, mixer: string | undefined): Loaded => {
  if (mixer === undefined) return loaded
  const chosen = chooseMixer(loaded, mixer)
  return 'layer' in chosen
    ? { ...loaded, layers: [chosen.layer] }
    : { ...loaded, diagnostics: chosen.diagnostics }
}

const contentsOf = (names: readonly string[]): string =>
  names.length === 0 ? ': functions only' : `: ${names.join(', ')}`

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

/** A diagnostic for programs: places as lines and columns, from 1; an end is the column behind it. */
const toJson = ({ code, severity, message, span, caret, labels, help }: Diagnostic) => {
  const place = (at: NonNullable<Diagnostic['span']>) => ({
    file: at.source.name,
    from: positionOf(at.source, at.start),
    to: positionOf(at.source, at.end),
  })
  return {
    code,
    severity,
    message,
    ...(span && place(span)),
    ...(caret && { caret }),
    labels: labels.map((label) => ({ message: label.message, ...place(label.span) })),
    ...(help && { help }),
  }
}
