import pc from 'picocolors'
import { hasErrors, type Diagnostic } from '../diagnostics/diagnostic.ts'
import { renderAll, type Painter } from '../diagnostics/render.ts'
import { inOrder } from '../diagnostics/report.ts'

/** Where a command writes. Tests hand in one that remembers. */
export interface Terminal {
  /** Results, to stdout, one or more lines. */
  readonly say: (text: string) => void
  /** Diagnostics and notes, to stderr. */
  readonly warn: (text: string) => void
  /** Colours for stdout. */
  readonly colors: Colors
  /** Colours for stderr. */
  readonly errorColors: Colors
  /** What is being done, on a line that is taken away again; nothing where nobody watches. */
  readonly progress: (doing: string | undefined) => void
}

export type Colors = ReturnType<typeof pc.createColors>

/** Colours only where a person reads along and has not said no. */
const wantsColors = (stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean => {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return true
  return stream.isTTY === true && env.TERM !== 'dumb'
}

/** The terminal of this process. */
export const processTerminal = (): Terminal => {
  const watched = process.stderr.isTTY === true && process.env.TERM !== 'dumb'
  let shown = false
  const clear = (): void => {
    if (shown) process.stderr.write('\r\x1b[2K')
    shown = false
  }
  return {
    say: (text) => {
      clear()
      process.stdout.write(`${text}\n`)
    },
    warn: (text) => {
      clear()
      process.stderr.write(`${text}\n`)
    },
    colors: pc.createColors(wantsColors(process.stdout, process.env)),
    errorColors: pc.createColors(wantsColors(process.stderr, process.env)),
    progress: (doing) => {
      clear()
      if (doing === undefined || !watched) return
      process.stderr.write(doing.slice(0, (process.stderr.columns ?? 80) - 1))
      shown = true
    },
  }
}

const painterOf = (c: Colors): Painter => ({
  severity: (severity, text) =>
    c.bold(severity === 'error' ? c.red(text) : severity === 'warning' ? c.yellow(text) : c.cyan(text)),
  strong: c.bold,
  gutter: c.blue,
  related: c.cyan,
})

/** Print diagnostics; says whether one of them is an error. */
export const printDiagnostics = (terminal: Terminal, diagnostics: readonly Diagnostic[]): boolean => {
  if (diagnostics.length > 0)
    terminal.warn(`${renderAll(inOrder(diagnostics), painterOf(terminal.errorColors))}\n`)
  return hasErrors(diagnostics)
}
