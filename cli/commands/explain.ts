import { compileLayer, type Compiled } from '../../compiler/compile.ts'
import type { Dims } from '../../compiler/1-check/size.ts'
import { print as printKernel } from '../../compiler/4-lower/print.ts'
import { MixError } from '../../diagnostics/diagnostic.ts'
import { explanationOf } from '../explain/facts.ts'
import { printExplanation } from '../explain/print.ts'
import { openMixer } from '../sources.ts'
import { printDiagnostics, type Colors, type Terminal } from '../terminal.ts'

export interface ExplainOptions {
  readonly trace?: boolean
  readonly kernels?: boolean
  readonly wgsl?: boolean
  readonly mixer?: string
  readonly dim?: Dims
  readonly chunk?: number
  readonly json?: boolean
}

/** `mix explain FILE`: what the derivation knows of a layer. Gives the exit code. */
export const explain = (argument: string, options: ExplainOptions, terminal: Terminal): number => {
  const chosen = openMixer(argument, options.mixer)
  if (printDiagnostics(terminal, chosen.diagnostics) || !('layer' in chosen)) return 1
  const result = compileLayer(chosen.layer, { dims: options.dim, target: { chunkSize: options.chunk } })
  if (result.kind === 'refused') throw new MixError(result.diagnostics)
  const { compiled } = result
  const found = explanationOf(chosen.layer, compiled)
  if (options.json)
    terminal.say(
      JSON.stringify(
        {
          ...found,
          ...(options.trace && { trace: compiled.trace }),
          ...(options.kernels && { kernels: kernelsOf(compiled) }),
          ...(options.wgsl && { wgsl: wgslOf(compiled) }),
        },
        undefined,
        2,
      ),
    )
  else {
    terminal.say(printExplanation(found, terminal.colors))
    if (options.trace) terminal.say(traceText(compiled, terminal.colors))
    if (options.kernels) terminal.say(sections(kernelsOf(compiled), terminal.colors))
    if (options.wgsl) terminal.say(sections(wgslOf(compiled), terminal.colors))
  }
  return 0
}

interface Kernel {
  readonly form: string
  readonly stage: string
  readonly text: string
}

const kernelsOf = ({ lowered }: Compiled): readonly Kernel[] =>
  [lowered.recurrent, ...(lowered.chunk ? [lowered.chunk] : [])].flatMap(({ name, stages }) =>
    stages.map(({ program }) => ({ form: name, stage: program.name, text: printKernel(program) })),
  )

const wgslOf = ({ manifest }: Compiled): readonly Kernel[] =>
  Object.values(manifest.forms).flatMap(({ name, stages }) =>
    stages.map((stage) => ({ form: name, stage: stage.name, text: stage.wgsl })),
  )

const sections = (kernels: readonly Kernel[], colors: Colors): string =>
  kernels
    .map(({ form, stage, text }) => `\n${colors.bold(`// ${form}: ${stage}`)}\n\n${text.trimEnd()}`)
    .join('\n')

const traceText = ({ trace }: Compiled, colors: Colors): string =>
  [
    '',
    colors.bold('derivation'),
    ...trace.flatMap(({ pass, text, changed }) => [
      `  ${colors.cyan(pass)}${changed ? '' : colors.dim(' (unchanged)')}`,
      ...(changed ? text.split('\n').map((line) => `    ${line}`) : []),
    ]),
  ].join('\n')
