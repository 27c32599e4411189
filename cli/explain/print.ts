import { printInterval } from '../../compiler/1-check/print.ts'
import type { Colors } from '../terminal.ts'
import type { Explanation } from './facts.ts'

const grouped = (n: number): string => Math.round(n).toLocaleString('en').replaceAll(',', ' ')

/** A fact a line, in the words of the field. */
export const printExplanation = (found: Explanation, colors: Colors): string => {
  const title = (text: string): string => colors.bold(text)
  const sizes = Object.entries(found.dims).map(([name, value]) => `${name} = ${value}`)
  return [
    title(found.layer) + colors.dim(`  ${sizes.join(', ')}`),
    ...(found.paper === undefined ? [] : [colors.dim(found.paper)]),
    '',
    title('one token'),
    ...found.program.split('\n').map((line) => `  ${line}`),
    '',
    title('what it is'),
    ...found.states.flatMap(stateLines).map((line) => `  ${line}`),
    '',
    title('forms'),
    ...formLines(found).map((line) => `  ${line}`),
  ]
    .map((line) => line.trimEnd())
    .join('\n')
}

const stateLines = (state: Explanation['states'][number]): readonly string[] => {
  const { state: name, className, transition, rank, factors, writes, K, V, transposed, eigenvalues } = state
  const rows: [string, string][] = [
    [
      name,
      className + (transposed ? ', from the right: the program is the one of the transposed state' : ''),
    ],
    [
      'transition',
      `${transition}${rank > 0 ? `, rank ${rank}` : ''}; ${writes} write${writes === 1 ? '' : 's'} a token`,
    ],
    ['eigenvalues', eigenvalues === undefined ? 'not bounded by the declared ranges' : eigenvalueText(state)],
    ...(factors > 1 && eigenvalues !== undefined && eigenvalues.from < 0
      ? [['', `a product of ${factors} reflections can turn: counting modulo any number`] as [string, string]]
      : []),
    ['size', `${K} × ${V}, ${grouped(4 * K * V)} bytes for each head`],
  ]
  return rows.map(([what, text]) => `${what.padEnd(12)} ${text}`)
}

const eigenvalueText = ({ eigenvalues, factors }: Explanation['states'][number]): string => {
  const { from, to } = eigenvalues!
  const stable = Math.max(Math.abs(from), Math.abs(to)) <= 1 + 1e-9
  const sign = from < 0 && factors > 0 ? '; negative ones: parity' : ''
  const tidy = { ...eigenvalues!, from: round(from), to: round(to) }
  return `in ${printInterval(tidy)}, ${stable ? 'stable' : 'the state may grow'}${sign}`
}

const round = (x: number): number => (Number.isFinite(x) ? Number(x.toPrecision(4)) : x)

const formLines = ({ forms, crossover }: Explanation): readonly string[] => {
  const rows = [
    ['', ...forms.map(({ name, chunkSize }) => (name === 'chunk' ? `chunk, C = ${chunkSize}` : name))],
    ['flops a token and head', ...forms.map(({ cost }) => grouped(cost.flops))],
    ['bytes a token and head', ...forms.map(({ cost }) => grouped(cost.bytes))],
    [
      'dependent steps',
      ...forms.map(({ name, chunkSize, cost }) => chain(name, chunkSize, cost.chain.fixed)),
    ],
  ]
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)))
  const stageWidth = Math.max(...forms.map(({ name }) => name.length))
  return [
    ...rows.map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i]))).join('   '),
    ),
    '',
    ...forms.map(({ name, stages }) => `${name.padEnd(stageWidth)}  ${stages.join(' → ')}`),
    ...(crossover === undefined ? [] : ['', `the chunk form has the shorter chain from T = ${crossover} on`]),
  ]
}

const chain = (name: string, chunkSize: number, fixed: number): string =>
  name === 'chunk' ? `T/${chunkSize} + ${fixed}` : `T + ${fixed}`
