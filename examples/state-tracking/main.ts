import { openDevice } from '../../cli/host/device.ts'
import { relaunchWithVulkan } from '../../cli/host/relaunch.ts'
import { isMain } from '../shared/is-main.ts'
import { compiledLayer, type CompiledLayer } from '../shared/layer.ts'
import { printTable } from '../shared/table.ts'
import { inputsOf, scoreOf, walkOf, type Score } from './inputs.ts'
import { cycles, moduloThree, parity, swaps, type Task } from './tasks.ts'

/** A layer set on a task. */
interface Contest {
  readonly task: Task
  readonly layer: 'delta_net' | 'gated_delta_product'
  /** How many writes the layer has for each token. */
  readonly steps: number
  readonly betaAtMost: number
}

const contests: readonly Contest[] = [
  { task: parity, layer: 'delta_net', steps: 1, betaAtMost: 1 },
  { task: parity, layer: 'delta_net', steps: 1, betaAtMost: 2 },
  { task: moduloThree, layer: 'delta_net', steps: 1, betaAtMost: 2 },
  { task: moduloThree, layer: 'gated_delta_product', steps: 2, betaAtMost: 2 },
  { task: swaps, layer: 'delta_net', steps: 1, betaAtMost: 1 },
  { task: swaps, layer: 'delta_net', steps: 1, betaAtMost: 2 },
  { task: cycles, layer: 'delta_net', steps: 1, betaAtMost: 2 },
  { task: cycles, layer: 'gated_delta_product', steps: 2, betaAtMost: 2 },
]

export interface TrackingRow extends Score {
  readonly task: string
  /** How many states the task can be in. */
  readonly states: number
  readonly layer: string
  readonly betaAtMost: number
  readonly form: 'recurrent' | 'chunk'
}

export interface TrackingOptions {
  readonly tokens: number
  readonly device: GPUDevice | 'cpu'
  readonly say?: (line: string) => void
}

/** Follow random moves with each layer, in both forms. */
export const track = async ({ tokens, device, say = () => {} }: TrackingOptions) => {
  const rows: TrackingRow[] = []
  const layers = new Map<string, CompiledLayer>()
  const layerFor = ({ task, layer, steps }: Contest): CompiledLayer => {
    const { size } = task.group
    const dims = { K: size, V: size, ...(layer === 'gated_delta_product' && { n: steps }) }
    const key = `${layer} ${size}`
    const made = layers.get(key) ?? compiledLayer(layer, dims, device)
    if (!layers.has(key)) say(made.certificate)
    layers.set(key, made)
    return made
  }
  for (const contest of contests) {
    const { task, layer, steps, betaAtMost } = contest
    const walk = walkOf(task, tokens)
    const { inputs, states } = inputsOf(task, walk, steps, betaAtMost, layer === 'gated_delta_product')
    for (const form of ['recurrent', 'chunk'] as const) {
      const { outputs } = await layerFor(contest).forward(inputs, { form, state: states })
      const score = scoreOf(task, walk, await outputs.o.read())
      rows.push({ task: task.name, states: task.group.elements.length, layer, betaAtMost, form, ...score })
    }
  }
  for (const layer of layers.values()) layer.destroy()
  return rows
}

export const tableOf = (rows: readonly TrackingRow[]): string =>
  printTable(
    [
      ['task', 'layer', 'beta', 'form', 'states', 'correct', 'first wrong', 'off by'],
      ...rows.map((row) => [
        row.task,
        row.layer,
        `≤ ${row.betaAtMost}`,
        row.form,
        `${row.states}`,
        `${(100 * row.correct).toFixed(row.correct === 1 ? 0 : 1)} %`,
        row.firstWrong === undefined ? 'never' : `token ${row.firstWrong}`,
        row.correct === 1 ? row.deviation.toExponential(0) : '-',
      ]),
    ],
    4,
  )

const main = async (): Promise<void> => {
  await relaunchWithVulkan()
  const host = await openDevice('auto')
  const tokens = 10_000
  console.log(`State tracking over ${tokens} tokens, on ${host.kind === 'none' ? 'nothing' : host.name}\n`)
  const said = new Set<string>()
  const say = (line: string) => {
    if (!said.has(line)) console.log(line)
    said.add(line)
  }
  const rows = await track({ tokens, device: host.kind === 'gpu' ? host.device : 'cpu', say })
  console.log(`\n${tableOf(rows)}`)
  if (host.kind === 'gpu') host.close()
}

if (isMain(import.meta.url)) await main()
