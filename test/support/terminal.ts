import pc from 'picocolors'
import { main } from '../../cli/main.ts'
import type { Terminal } from '../../cli/terminal.ts'

export interface Answer {
  readonly code: number
  /** stdout */
  readonly said: string
  /** stderr */
  readonly warned: string
}

/** A terminal that remembers what is written to it. */
export const memoryTerminal = () => {
  const [said, warned]: [string[], string[]] = [[], []]
  const terminal: Terminal = {
    say: (text) => void said.push(text),
    warn: (text) => void warned.push(text),
    colors: pc.createColors(false),
    errorColors: pc.createColors(false),
    progress: () => {},
  }
  return { terminal, said: () => said.join('\n'), warned: () => warned.join('\n') }
}

/** Run the command line in this process, as `mix …`. */
export const mix = async (...args: readonly string[]): Promise<Answer> => {
  const { terminal, said, warned } = memoryTerminal()
  const code = await main(args, terminal)
  return { code, said: said(), warned: warned() }
}
