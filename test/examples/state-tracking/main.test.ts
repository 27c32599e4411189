import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDevice, type HostDevice } from '../../../cli/host/device.ts'
import { tableOf, track, type TrackingRow } from '../../../examples/state-tracking/main.ts'

const tokens = 10_000
let host: HostDevice
let rows: readonly TrackingRow[]

beforeAll(async () => {
  host = await openDevice('auto')
  rows = await track({ tokens, device: host.kind === 'gpu' ? host.device : 'cpu' })
}, 240_000)

afterAll(() => {
  if (host.kind === 'gpu') host.close()
})

const of = (task: string, layer: string, betaAtMost = 2) => {
  const found = rows.filter((r) => r.task === task && r.layer === layer && r.betaAtMost === betaAtMost)
  expect(found.map(({ form }) => form)).toEqual(['recurrent', 'chunk'])
  return found
}

for (const [task, layer] of [
  ['parity', 'delta_net'],
  ['sum modulo 3', 'gated_delta_product'],
  ['swaps of 5 things', 'delta_net'],
  ['3-cycles of 5 things', 'gated_delta_product'],
])
  test(`${layer} follows ${task} without an error for ${tokens} tokens, in both forms`, () => {
    for (const row of of(task, layer)) {
      expect(row.correct, row.form).toBe(1)
      expect(row.firstWrong).toBeUndefined()
      expect(row.deviation, row.form).toBeLessThan(0.01)
    }
  })

for (const task of ['parity', 'swaps of 5 things'])
  test(`with beta up to 1, delta_net loses ${task}`, () => {
    for (const row of of(task, 'delta_net', 1)) expect(row.correct, row.form).toBeLessThan(0.1)
  })

for (const task of ['sum modulo 3', '3-cycles of 5 things'])
  test(`with one reflection for each token, delta_net loses ${task}`, () => {
    for (const row of of(task, 'delta_net')) expect(row.correct, row.form).toBeLessThan(0.5)
  })

test('the table has a row for each layer and form', () => {
  expect(tableOf(rows).split('\n')).toHaveLength(2 + rows.length)
})
