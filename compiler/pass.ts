/** A rewrite of one language into itself: pure, named, shown by `mix explain --trace`. */
export interface Pass<Program> {
  readonly name: string
  readonly run: (program: Program) => Program
}

export interface TraceEntry {
  readonly pass: string
  /** The program after the pass, as its language prints it. */
  readonly text: string
  readonly changed: boolean
}

/** What a language brings so that passes on it can be checked and shown. */
export interface Language<Program> {
  readonly print: (program: Program) => string
  /** What is wrong with a program, if anything: a fault of ours, never of the user. */
  readonly verify: (program: Program) => readonly string[]
}

/** A fault of ours: never shown as a diagnostic. */
export const bug = (what: string): never => {
  throw new Error(`this is a fault of Mix, please report it: ${what}`)
}

/** Run passes in order; verify after each; keep a trace. */
export const runPasses = <Program>(
  language: Language<Program>,
  passes: readonly Pass<Program>[],
  program: Program,
): { readonly program: Program; readonly trace: readonly TraceEntry[] } => {
  const trace: TraceEntry[] = []
  let text = language.print(program)
  for (const pass of passes) {
    program = pass.run(program)
    const faults = language.verify(program)
    if (faults.length > 0) bug(`${pass.name} broke the program: ${faults.join('; ')}`)
    const after = language.print(program)
    trace.push({ pass: pass.name, text: after, changed: after !== text })
    text = after
  }
  return { program, trace }
}
