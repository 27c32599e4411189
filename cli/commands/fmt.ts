import { format } from '../../grammar/format.ts'
import { diagnostic } from '../../diagnostics/diagnostic.ts'
import { writeWhole } from '../host/write-whole.ts'
import { filesOf, readSource } from '../sources.ts'
import { printDiagnostics, type Terminal } from '../terminal.ts'

export interface FmtOptions {
  readonly check?: boolean
}

/** `mix fmt FILE…`: lay out files in place; those with errors are left alone. Gives the exit code. */
export const fmt = (files: readonly string[], { check }: FmtOptions, terminal: Terminal): number => {
  let code = 0
  for (const argument of files) {
    const found = filesOf(argument)
    if ('severity' in found) {
      printDiagnostics(terminal, [found])
      code = 1
      continue
    }
    for (const { path } of found) code = Math.max(code, formatFile(path, check === true, terminal))
  }
  return code
}

const formatFile = (path: string, check: boolean, terminal: Terminal): number => {
  const source = readSource(path)
  if ('severity' in source) return printDiagnostics(terminal, [source]) ? 1 : 0
  const { text, diagnostics } = format(source)
  if (printDiagnostics(terminal, diagnostics)) return 1
  if (path === '-') {
    if (!check) terminal.say(text.replace(/\n$/, ''))
    return check && text !== source.text ? 1 : 0
  }
  if (text === source.text) return 0
  if (check) {
    terminal.say(`${path} is laid out otherwise`)
    return 1
  }
  const reason = writeWhole(path, [new TextEncoder().encode(text)])
  if (reason !== undefined)
    return printDiagnostics(terminal, [diagnostic('file-unwritable', { path, reason })]) ? 1 : 0
  terminal.say(path)
  return 0
}
