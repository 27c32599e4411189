import type { MutantResult } from '../../proof/mutants.ts'
import type { Colors } from '../terminal.ts'
import type { FloatReport } from './float.ts'
import type { Verdict } from './verdict.ts'

const listOf = (dims: Readonly<Record<string, number>>): string =>
  Object.entries(dims)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')

/** What was checked of a layer, a line each; where something falls short, what and where. */
export const printVerdict = (verdict: Verdict, colors: Colors): string => {
  const mark = (ok: boolean): string => (ok ? colors.green('✓') : colors.red('✗'))
  const line = (ok: boolean, what: string, text: string): string => `  ${mark(ok)} ${what.padEnd(7)} ${text}`
  const { certificate, float, kin, stages, expectations, mutants } = verdict
  return [
    `${mark(verdict.ok)} ${colors.bold(verdict.layer)}${colors.dim(`  ${verdict.file}`)}`,
    ...Object.entries(stages)
      .filter(([form]) => form !== 'recurrent')
      .map(([form, names]) =>
        colors.dim(`    ${form} { ${names.join(', ')} }${expectations > 0 ? ', as expected' : ''}`),
      ),
    ...kin.map(({ kin, equal, reason }) =>
      line(equal, 'kin', equal ? `is ${kin}` : `is not ${kin}: ${reason}`),
    ),
    ...proofLines(verdict, line, colors),
    ...floatLines(float, line, colors),
    ...(mutants === undefined ? [] : mutantLines(mutants, line)),
    ...(certificate.uninterpreted.length === 0
      ? []
      : [colors.dim(`    taken as equal to themselves only: ${certificate.uninterpreted.join(', ')}`)]),
  ].join('\n')
}

/** What the figures of all layers speak of. */
export const legend = (verdicts: readonly Verdict[], colors: Colors): string => {
  const names = new Set(
    verdicts.flatMap(({ certificate }) =>
      certificate.proofs.flatMap(({ cases }) => cases.map(({ name }) => name)),
    ),
  )
  // `shared heads, 1` and `shared heads, 2` are one kind of case.
  const others = new Set(
    [...names].filter((name) => !name.startsWith('T = ')).map((name) => name.replace(/, \d+$/, '')),
  )
  return colors.dim(
    [
      `exact: the kernels, as the compiler has them, against the equation; random inputs and states, also ${[...others].join(', ')}`,
      'float: ‖out − reference‖ / ‖reference‖ of the worst tensor; the printed kernels against the equation in float64',
    ].join('\n'),
  )
}

const lengthsOf = (proofs: Verdict['certificate']['proofs']): readonly number[] =>
  [
    ...new Set(
      proofs.flatMap(({ cases }) =>
        cases.filter(({ name }) => name.startsWith('T = ')).map(({ tokens }) => tokens),
      ),
    ),
  ].sort((a, b) => a - b)

/** Agreement says nothing where it could well be chance. */
export const boundHolds = ({ errorBound }: Verdict['certificate']): boolean => errorBound < 1e-3

type Line = (ok: boolean, what: string, text: string) => string

const proofLines = ({ certificate }: Verdict, line: Line, colors: Colors): readonly string[] => {
  const { proofs, rounds, errorBound, degree } = certificate
  const failed = proofs.find(({ difference }) => difference)
  if (failed?.difference) {
    const { form, dims, chunkSize, difference } = failed
    const what = { differs: 'differs', unwritten: 'is not written', fault: 'cannot be run' }[difference.kind]
    return [
      line(
        false,
        'exact',
        `the ${form} form ${what} at ${difference.case}, ${listOf(dims)}, C = ${chunkSize}: ${difference.detail}`,
      ),
    ]
  }
  const [first] = proofs
  const chunks = proofs.filter(({ form }) => form === 'chunk').map(({ chunkSize }) => chunkSize)
  const compared = proofs.reduce((sum, proof) => sum + proof.compared, 0)
  const forms = chunks.length > 0 ? `recurrent and chunk form (C = ${chunks.join(', ')})` : 'recurrent form'
  return [
    line(
      boundHolds(certificate),
      'exact',
      `${forms} = the equation over a finite field, ${listOf(first.dims)}:`,
    ),
    `            ${first.cases.length} cases × ${rounds} round${rounds === 1 ? '' : 's'}, ${compared} numbers, ${boundHolds(certificate) ? `chance of an error ≤ ${errorBound.toExponential(0)}` : 'but no bound on the chance of an error: raise --rounds'}`,
    colors.dim(`            T = ${lengthsOf(proofs).join(', ')}; degree ≤ ${degree}`),
    ...(certificate.chunkMissing === undefined
      ? []
      : [`            no chunk form: ${certificate.chunkMissing}`]),
  ]
}

const floatLines = ({ results, dims, chunkSize, device, ok }: FloatReport, line: Line, colors: Colors) => {
  const worst = (of: (result: FloatReport['results'][number]) => number | undefined): string =>
    Math.max(0, ...results.map((result) => of(result) ?? 0)).toExponential(1)
  const scaled = results.filter(({ scale }) => scale < 1)
  const chunk = results.some((result) => result.chunk !== undefined)
  return [
    line(
      ok,
      'float',
      `off by ≤ ${worst((r) => r.recurrent)} recurrent${chunk ? `, ${worst((r) => r.chunk)} chunk (C = ${chunkSize})` : ''}, ${listOf(dims)}:`,
    ),
    `            ${results.length} cases against float64 on ${device}`,
    ...(scaled.length === 0
      ? []
      : [
          colors.dim(
            `            inputs without a range scaled by ${Math.min(...scaled.map(({ scale }) => scale))} and more, to stay below 1000`,
          ),
        ]),
    ...results
      .filter((result) => !result.ok)
      .map(
        ({ name, recurrent, chunk }) =>
          `            ${colors.red(name)}: recurrent ${recurrent.toExponential(1)}${chunk === undefined ? '' : `, chunk ${chunk.toExponential(1)}`}`,
      ),
  ]
}

/** Broken in a way that computes the same: no check could tell, and none should. */
const isAlike = ({ caughtBy }: MutantResult): boolean => caughtBy === 'alike'

const widest = 132

const mutantLines = (mutants: readonly MutantResult[], line: Line): readonly string[] => {
  const broken = mutants.filter((mutant) => !isAlike(mutant))
  const caught = broken.filter(({ caughtBy }) => caughtBy !== 'nobody')
  const kinds = new Set(broken.map(({ kind }) => kind)).size
  const alike = mutants.length - broken.length
  const width = Math.max(...mutants.map(({ kind }) => kind.length))
  return [
    line(
      caught.length === broken.length,
      'mutants',
      `${caught.length} of ${broken.length} caught, of ${kinds} kinds${alike > 0 ? `; ${alike} more compute the same` : ''}`,
    ),
    ...mutants.map(({ kind, stage, region, description, formName, caughtBy, how }) => {
      const text = `            ${caughtBy.padEnd(8)}  ${kind.padEnd(width)}  ${formName} ${stage}${how === '' ? '' : `, at ${how.split(':')[0]}`}; ${region}: ${description}`
      return text.length > widest ? `${text.slice(0, widest - 1)}…` : text
    }),
  ]
}
