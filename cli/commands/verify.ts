import { compileLayer, type Compiled } from '../../compiler/compile.ts'
import { diagnostic, hasErrors, MixError, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import { certify } from '../../proof/certificate.ts'
import { smallDims } from '../../proof/draw.ts'
import { runMutants, type MutantResult } from '../../proof/mutants.ts'
import { openDevice, type DeviceChoice, type HostDevice } from '../host/device.ts'
import { chooseMixer, filesOf, load, type Chosen, type Loaded } from '../sources.ts'
import { printDiagnostics, type Terminal } from '../terminal.ts'
import { compareFloats, floatDims } from '../verify/float.ts'
import { decideKin } from '../verify/kin.ts'
import { boundHolds, legend, printVerdict } from '../verify/print.ts'
import { checkStages, stagesOf } from '../verify/stages.ts'
import type { Verdict } from '../verify/verdict.ts'

export interface VerifyOptions {
  readonly rounds?: number
  readonly chunk?: number
  readonly device: DeviceChoice
  readonly mutants?: boolean
  readonly json?: boolean
}

/** `mix verify FILE…`: header, exact proof and floating point of every mixer. Gives the exit code. */
export const verify = async (
  files: readonly string[],
  options: VerifyOptions,
  terminal: Terminal,
): Promise<number> => {
  const found = files.flatMap((argument): readonly { readonly loaded: Loaded; readonly mixer?: string }[] => {
    const paths = filesOf(argument)
    return 'severity' in paths
      ? [{ loaded: { path: argument, layers: [], diagnostics: [paths] } }]
      : paths.map(({ path, mixer }) => ({ loaded: load(path), mixer }))
  })
  const jobs = found.map(({ loaded, mixer }) => ({ loaded, chosen: mixersOf(loaded, mixer) }))
  const wrong = jobs.map(({ chosen }) => printDiagnostics(terminal, chosen.diagnostics)).includes(true)
  const mixers = jobs.flatMap(({ loaded, chosen }) => chosen.mixers.map((own) => ({ loaded, own })))
  if (mixers.length === 0) {
    if (!wrong) terminal.warn('nothing to verify: there is no mixer in these files')
    return wrong ? 1 : 0
  }

  const host = await openDevice(options.device)
  if (host.kind === 'none') throw new MixError([diagnostic('device-missing', { reason: host.reason })])
  const verdicts: Verdict[] = []
  let refused = wrong
  try {
    for (const { loaded, own } of mixers) {
      const outcome = await verifyMixer(loaded, own, host, options, terminal)
      terminal.progress(undefined)
      printDiagnostics(terminal, outcome.diagnostics)
      refused ||= hasErrors(outcome.diagnostics)
      if (!outcome.verdict) continue
      verdicts.push(outcome.verdict)
      if (!options.json) terminal.say(printVerdict(outcome.verdict, terminal.colors))
    }
  } finally {
    if (host.kind === 'gpu') host.close()
  }
  const ok = !refused && verdicts.every((verdict) => verdict.ok)
  if (options.json) terminal.say(JSON.stringify(verdicts, undefined, 2))
  else {
    if (verdicts.length > 0) terminal.say(`\n${legend(verdicts, terminal.colors)}`)
    const good = verdicts.filter((verdict) => verdict.ok).length
    if (mixers.length > 1) terminal.say(`\n${good} of ${mixers.length} layers verified`)
  }
  return ok ? 0 : 1
}

const mixersOf = (
  loaded: Loaded,
  mixer: string | undefined,
): { readonly mixers: readonly Chosen[]; readonly diagnostics: readonly Diagnostic[] } => {
  const names = mixer === undefined ? loaded.layers.map((layer) => layer.name) : [mixer]
  const all = names.map((name) => chooseMixer(loaded, name))
  return {
    mixers: all.flatMap((chosen) => ('layer' in chosen ? [chosen] : [])),
    diagnostics: mixer === undefined ? loaded.diagnostics : all[0].diagnostics,
  }
}

const verifyMixer = async (
  loaded: Loaded,
  own: Chosen,
  host: Exclude<HostDevice, { kind: 'none' }>,
  { rounds, chunk, mutants }: VerifyOptions,
  terminal: Terminal,
): Promise<{ readonly verdict?: Verdict; readonly diagnostics: readonly Diagnostic[] }> => {
  const { layer } = own
  const say = (what: string): void => terminal.progress(`${layer.name}: ${what} …`)
  const atSizes = compileLayer(layer, { dims: floatDims(layer), target: { chunkSize: chunk } })
  if (atSizes.kind === 'refused') return { diagnostics: atSizes.diagnostics }
  const { compiled } = atSizes

  say('kin')
  const kin = decideKin(own, loaded)
  const problems = [...checkStages(layer, compiled.lowered), ...kin.flatMap(({ diagnostics }) => diagnostics)]
  say('exact proof')
  const certificate = certify(layer, lowerAt(layer), { rounds, ...(chunk && { chunkSizes: [chunk] }) })
  say('floating point')
  const device = host.kind === 'gpu' ? host.device : 'cpu'
  const float = await compareFloats(layer, compiled, device, host.name, (name) =>
    say(`floating point, ${name}`),
  )
  const broken = mutants ? breakForms(layer, say) : undefined
  const verdict: Verdict = {
    layer: layer.name,
    file: loaded.path,
    ok:
      !hasErrors(problems) &&
      certificate.proved &&
      boundHolds(certificate) &&
      float.ok &&
      (broken ?? []).every(({ caughtBy }) => caughtBy !== 'nobody'),
    stages: stagesOf(compiled.lowered),
    expectations: layer.header.expect.length,
    kin: kin.map(({ kin, equal, reason }) => ({ kin, equal, reason })),
    certificate,
    float,
    ...(broken && { mutants: broken }),
  }
  return { verdict, diagnostics: problems }
}

const lowerAt =
  (layer: Chosen['layer']) =>
  (dims: Compiled['dims'], chunkSize: number): Compiled['lowered'] | undefined => {
    const result = compileLayer(layer, { dims, target: { chunkSize } })
    return result.kind === 'compiled' ? result.compiled.lowered : undefined
  }

/** A chunk shorter than the blocks of the solve, so that mutants are quick to judge. */
const mutantChunk = 3

const breakForms = (layer: Chosen['layer'], say: (what: string) => void): readonly MutantResult[] => {
  say('mutants')
  const lowered = lowerAt(layer)(smallDims(layer), mutantChunk)
  if (!lowered) return []
  return [lowered.recurrent, ...(lowered.chunk ? [lowered.chunk] : [])].flatMap((form) =>
    runMutants(layer, lowered, form),
  )
}
