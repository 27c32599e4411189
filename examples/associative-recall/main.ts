import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDevice } from '../../cli/host/device.ts'
import { relaunchWithVulkan } from '../../cli/host/relaunch.ts'
import { isMain } from '../shared/is-main.ts'
import { compiledLayer, type CompiledLayer } from '../shared/layer.ts'
import { printTable } from '../shared/table.ts'
import { embedding, judge, questionsOf, streamOf, type Passage, type Recalled } from './stream.ts'
import { pairsOf, wordsOf } from './text.ts'

export interface RecallOptions {
  /** How many pairs are asked for, one column each. */
  readonly pairs: readonly number[]
  /** How many pairs of the chapter before come first. */
  readonly before: number
  /** Each is a sequence of the batch; the chapter before it comes first. */
  readonly chapters: readonly number[]
  /** K = V */
  readonly size: number
  readonly device: GPUDevice | 'cpu'
  /** Where the generated kernels are written. */
  readonly writeTo?: string
  readonly say?: (line: string) => void
}

export interface RecallRow {
  readonly layer: string
  readonly form: 'recurrent' | 'chunk'
  /** Of one head, in bytes. */
  readonly stateBytes: number
  /** For each number of pairs. */
  readonly recalled: readonly Recalled[]
}

/** The layers, with their params; RetNet's factor on the state lets it remember over some 128 tokens. */
const layers = [
  { name: 'linear_attention', params: {} },
  { name: 'retnet', params: { gamma: { shape: [1], data: [1 - 2 ** -7] } } },
  { name: 'delta_net', params: {} },
  { name: 'gated_delta_net', params: {} },
] as const

export const defaults = {
  pairs: [8, 16, 32, 64, 128, 256],
  before: 128,
  chapters: [2, 10, 21, 37, 48, 61, 87, 135],
  size: 64,
} as const

const formsOf = ['recurrent', 'chunk'] as const

/** Store word → next word, ask it back: each layer, each form, each number of pairs. */
export const recall = async (options: RecallOptions): Promise<readonly RecallRow[]> => {
  const { size, device, say = () => {} } = options
  const key = embedding(size, 1)
  const value = embedding(size, 2)
  const tasks = options.pairs.map((count) => {
    const passages: readonly Passage[] = options.chapters.map((chapter) => ({
      before: pairsOf(wordsOf(chapter - 1), options.before),
      pairs: pairsOf(wordsOf(chapter), count),
    }))
    return { passages, stream: streamOf(passages, size, key, value) }
  })
  const rows: RecallRow[] = []
  for (const { name, params } of layers) {
    using layer = compiledLayer(name, { K: size, V: size }, device, options.writeTo)
    say(layer.certificate)
    for (const form of formsOf) {
      const recalled: Recalled[] = []
      for (const { passages, stream } of tasks) {
        const given = Object.fromEntries(
          layer.manifest.inputs.map(({ name }) => [
            name,
            stream.tensors[name as keyof typeof stream.tensors],
          ]),
        )
        const { outputs } = await layer.forward(given, { form, params })
        recalled.push(judge(passages, stream, size, value, await outputs.o.read()))
      }
      rows.push({ layer: name, form, stateBytes: stateBytesOf(layer), recalled })
    }
  }
  return rows
}

const stateBytesOf = ({ manifest }: CompiledLayer): number =>
  manifest.states.reduce((bytes, { shape }) => bytes + 4 * shape.reduce((a, b) => a * b, 1), 0)

const percent = (x: number): string => `${Math.round(100 * x)} %`

export const tableOf = (rows: readonly RecallRow[], pairs: readonly number[]): string =>
  printTable(
    [
      [
        'layer',
        'form',
        'state',
        ...pairs.map((count, i) => (i === 0 ? `${count} pairs` : `${count}`)),
        'stale',
      ],
      ...rows.map(({ layer, form, stateBytes, recalled }) => [
        layer,
        form,
        `${stateBytes / 1024} KiB`,
        ...recalled.map(({ accuracy }) => percent(accuracy)),
        percent(recalled[0].stale),
      ]),
    ],
    2,
  )

const main = async (): Promise<void> => {
  await relaunchWithVulkan()
  const host = await openDevice('auto')
  const out = fileURLToPath(new URL('out/', import.meta.url))
  const { pairs, before, chapters } = defaults
  console.log(
    `Associative recall on the words of Moby-Dick, on ${host.kind === 'none' ? 'nothing' : host.name}\n`,
  )
  const rows = await recall({
    ...defaults,
    device: host.kind === 'gpu' ? host.device : 'cpu',
    writeTo: out,
    say: (line) => console.log(line),
  })
  const words = questionsOf({ before: [], pairs: pairsOf(wordsOf(chapters[0]), Math.max(...pairs)) }).length
  console.log(`
${tableOf(rows, pairs)}

Each of ${chapters.length} chapters stores its first pairs of successive words, after ${before} pairs of the chapter before it, and is
asked for the successor of each word (of ${words} different ones in ${Math.max(...pairs)} pairs, in the first chapter).
stale: how often, at ${pairs[0]} pairs, a word that only the chapter before had still brings back what followed it there.

The kernels lie in ${relative(process.cwd(), out)}/<layer>/`)
  if (host.kind === 'gpu') host.close()
}

if (isMain(import.meta.url)) await main()
