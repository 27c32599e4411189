import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDevice, type HostDevice } from '../../../cli/host/device.ts'
import { recall, tableOf, type RecallRow } from '../../../examples/associative-recall/main.ts'

const pairs = [6, 40]
const folder = mkdtempSync(join(tmpdir(), 'mix-recall-'))
const certificates: string[] = []
let host: HostDevice
let rows: readonly RecallRow[]

beforeAll(async () => {
  host = await openDevice('auto')
  rows = await recall({
    pairs,
    before: 20,
    chapters: [2, 10],
    size: 64,
    device: host.kind === 'gpu' ? host.device : 'cpu',
    writeTo: folder,
    say: (line) => certificates.push(line),
  })
}, 120_000)

afterAll(() => {
  if (host.kind === 'gpu') host.close()
  rmSync(folder, { recursive: true })
})

const of = (layer: string, form = 'chunk') => rows.find((row) => row.layer === layer && row.form === form)!

test('both forms of every layer give the same answers', () => {
  for (const { layer, recalled } of rows) expect(recalled, layer).toEqual(of(layer, 'recurrent').recalled)
})

test('a delta rule recalls all that fits, and more than a sum does', () => {
  expect(of('delta_net').recalled[0].accuracy).toBe(1)
  expect(of('gated_delta_net').recalled[0].accuracy).toBe(1)
  expect(of('linear_attention').recalled[1].accuracy).toBeLessThan(of('delta_net').recalled[1].accuracy)
})

test('only the gate forgets the chapter before', () => {
  expect(of('delta_net').recalled[0].stale).toBeGreaterThan(0.8)
  expect(of('gated_delta_net').recalled[0].stale).toBeLessThan(0.2)
})

test('each layer is proved, and its kernels are written', () => {
  expect(certificates).toHaveLength(4)
  for (const line of certificates)
    expect(line).toMatch(/^\w+: recurrent and chunk kernels proved equal to the equation at /)
  expect(readdirSync(folder).sort()).toEqual(['delta_net', 'gated_delta_net', 'linear_attention', 'retnet'])
  const kernels = readdirSync(join(folder, 'delta_net'))
  expect(kernels.some((file) => file.startsWith('recurrent-'))).toBe(true)
  expect(kernels.some((file) => file.startsWith('chunk-'))).toBe(true)
  expect(readFileSync(join(folder, 'delta_net', kernels[0]), 'utf8')).toContain('@compute')
})

test('the table has a row for each layer and form', () => {
  const lines = tableOf(rows, pairs).split('\n')
  expect(lines).toHaveLength(2 + 8)
  expect(lines[0]).toMatch(/^layer +form +state +6 pairs +40 +stale$/)
})
