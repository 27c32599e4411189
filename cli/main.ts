import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { MixError } from '../diagnostics/diagnostic.ts'
import type { RunCommandOptions } from './commands/run.ts'
import { printDiagnostics, type Terminal } from './terminal.ts'

/**
 * The command line. Exit codes: 0 all is well, 1 a diagnostic or a disagreement, 2 wrong usage.
 * Commands are loaded when they are asked for, so that a quick one starts quickly.
 */
export const main = async (args: readonly string[], terminal: Terminal): Promise<number> => {
  let code = 0
  const program = commandLine(terminal, (result) => (code = result))
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof MixError) {
      printDiagnostics(terminal, error.diagnostics)
      return 1
    }
    terminal.warn(faultOf(error))
    return 1
  }
}

/** What is nobody's mistake but ours: no stack trace unless one is asked for. */
const faultOf = (error: unknown): string => {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
  if (process.env.MIX_DEBUG) return stack ?? message
  const own = 'this is a fault of Mix, please report it: '
  return `${message.startsWith(own) ? '' : own}${message.split('\n')[0]}\n(MIX_DEBUG=1 shows where it happened)`
}

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
    .version

const commandLine = (terminal: Terminal, finish: (code: number) => void): Command => {
  const program = new Command('mix')
    .description('Compile the equation of a linear-recurrence layer to WebGPU kernels, and prove them equal.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .showHelpAfterError('(mix --help shows how it is used)')
    .configureOutput({
      writeOut: (text) => terminal.say(text.trimEnd()),
      writeErr: (text) => terminal.warn(text.trimEnd()),
    })
    .exitOverride()
    .addHelpText(
      'after',
      `
FILE is a .mix file, FILE:NAME one mixer of it, and gated_delta_net, rwkv7, … are layers of the standard library.
Exit codes: 0 all is well, 1 something is wrong or differs, 2 wrong usage.`,
    )

  program
    .command('check')
    .description('check files, and say all that is wrong with them')
    .argument('<file...>', '.mix files, or folders of them')
    .option('--json', 'diagnostics as JSON')
    .action(async (files: readonly string[], options: { json?: boolean }) => {
      const { check } = await import('./commands/check.ts')
      finish(check(files, options, terminal))
    })

  program
    .command('explain')
    .description(
      'show what a layer is: its program, class, eigenvalues, costs, and how both forms come about',
    )
    .argument('<file>')
    .option('--trace', 'every pass of the derivation')
    .option('--kernels', 'the kernels of both forms, as the compiler has them')
    .option('--wgsl', 'the kernels as WGSL')
    .addOption(mixerOption())
    .addOption(dimOption())
    .addOption(chunkOption())
    .option('--json', 'all of it as JSON')
    .action(async (file: string, options) => {
      const { explain } = await import('./commands/explain.ts')
      finish(explain(file, options, terminal))
    })

  program
    .command('run')
    .description('run a layer on tensors of a safetensors file, or on random ones')
    .argument('<file>')
    .option('--inputs <path>', "inputs, params and initial states by the spec's names")
    .option('--out <path>', 'where outputs and final states go')
    .addOption(
      new Option('--form <form>', 'by default the one that suits the length').choices([
        'recurrent',
        'chunk',
        'scan',
        'reference',
      ]),
    )
    .addOption(chunkOption())
    .addOption(deviceOption())
    .addOption(mixerOption())
    .addOption(dimOption())
    .option('--allow-nonfinite', 'let NaN and infinity through')
    .option('--check-ranges', 'an error where a value breaks what the spec promises of it')
    .option('--tokens <n>', 'T of random inputs', wholeNumber(0))
    .option('--batch <n>', 'B of random inputs', wholeNumber(1))
    .option('--heads <n>', 'H of random inputs', wholeNumber(1))
    .option('--seed <n>', 'of random inputs', wholeNumber(0))
    .action(async (file: string, options: RunCommandOptions) => {
      if (options.form !== 'reference' && options.device !== 'cpu') await findDriver()
      const { run } = await import('./commands/run.ts')
      finish(await run(file, options, terminal))
    })

  program
    .command('verify')
    .description('prove that the kernels of a layer compute what its equation says, and run them against it')
    .argument('<file...>', '.mix files, or folders of them')
    .option('--rounds <n>', 'random inputs at each case of the exact proof', wholeNumber(1), 2)
    .addOption(deviceOption())
    .addOption(chunkOption())
    .option('--mutants', 'break the kernels on purpose, and list what caught each')
    .option('--json', 'the results as JSON')
    .action(async (files: readonly string[], options) => {
      if (options.device !== 'cpu') await findDriver()
      const { verify } = await import('./commands/verify.ts')
      finish(await verify(files, options, terminal))
    })

  program
    .command('equiv')
    .description('decide whether two mixers are the same layer')
    .argument('<a>')
    .argument('<b>')
    .option('--where <bindings>', "inputs of B as expressions in those of A: 'g = log(gamma), beta = 2 * b'")
    .option('--rounds <n>', 'random inputs that must agree', wholeNumber(1), 3)
    .option('--json', 'the result as JSON')
    .action(async (a: string, b: string, options) => {
      const { equiv } = await import('./commands/equiv.ts')
      finish(equiv(a, b, options, terminal))
    })

  program
    .command('fmt')
    .description('lay out files as all .mix files are')
    .argument('<file...>', '.mix files, or folders of them; - reads stdin and writes stdout')
    .option('--check', 'change nothing, name the files that are laid out otherwise')
    .action(async (files: readonly string[], options) => {
      const { fmt } = await import('./commands/fmt.ts')
      finish(fmt(files, options, terminal))
    })
  return program
}

/** Only what runs on a device pays for looking for its driver. */
const findDriver = async (): Promise<void> => {
  const { relaunchWithVulkan } = await import('./host/relaunch.ts')
  await relaunchWithVulkan()
}

const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`It takes a whole number from ${least} on.`)
    return value
  }

const chunkOption = (): Option =>
  new Option('--chunk <n>', 'C, the tokens of a chunk').argParser(wholeNumber(1))

const mixerOption = (): Option => new Option('--mixer <name>', 'which mixer of the file')

const deviceOption = (): Option =>
  new Option('--device <device>', 'what runs the kernels').choices(['auto', 'gpu', 'cpu']).default('auto')

const dimOption = (): Option =>
  new Option('--dim <name=size>', 'sizes, such as K=64 or K=64,V=64').argParser(
    (text: string, before: Readonly<Record<string, number>> = {}) =>
      text.split(',').reduce((dims, part) => {
        const found = /^([\p{L}_][\p{L}\p{N}_]*)=(\d+)$/u.exec(part.trim())
        if (!found) throw new InvalidArgumentError('It reads like K=64.')
        if (Object.hasOwn(dims, found[1])) throw new InvalidArgumentError(`${found[1]} is given twice.`)
        return { ...dims, [found[1]]: Number(found[2]) }
      }, before),
  )
