import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDevice, type HostDevice } from '../../cli/host/device.ts'
import { printTable } from '../../examples/shared/table.ts'
import type { Expected } from './goldens/cases.ts'
import { mappings } from './goldens/cases.ts'
import { casesOf, present, readGolden } from './goldens/read.ts'
import { meaningOf, resultOf, type Results } from './goldens/run.ts'
import { relativeError } from './goldens/tensor.ts'

/**
 * Every layer that has reference vectors, against them: what the equation means (float64), and both forms on both
 * executors (float32). The vectors were computed by other people's code.
 */

const counted = mappings.flatMap(({ op, layer, cases, toCase }) =>
  cases.map((name) => ({ op, layer, name, toCase })),
)

/** The largest error of any tensor, by case and by where it was computed. */
const errors = new Map<string, Map<string, number>>()
const columns = [
  'meaning',
  'recurrent, javascript',
  'recurrent, webgpu',
  'chunk, javascript',
  'chunk, webgpu',
] as const

afterAll(() => {
  if (errors.size === 0) return
  const rows = [...errors].map(([one, found]) => [
    ...one.split(' '),
    ...columns.map((column) => found.get(column)?.toExponential(1) ?? '-'),
  ])
  console.log(printTable([['op', 'case', 'layer', ...columns], ...rows], 3))
})

let host: HostDevice = { kind: 'none', reason: 'not opened' }
beforeAll(async () => {
  if (present) host = await openDevice('auto')
})
afterAll(() => {
  if (host.kind === 'gpu') host.close()
})

/** Compare everything that is expected, and put it in the table. */
const compare = (
  one: string,
  column: (typeof columns)[number],
  expected: Readonly<Record<string, Expected>>,
  results: Results,
  barOf: (expected: Expected) => number,
): void => {
  const found = errors.get(one) ?? new Map<string, number>()
  errors.set(one, found)
  for (const [name, wanted] of Object.entries(expected)) {
    const given = results[name]
    expect(given, `${name} of ${one}, ${column}`).toBeDefined()
    const { data, shape } = wanted.epilogue ? wanted.epilogue(given) : given
    expect(shape, `the shape of ${name}`).toEqual(wanted.value.shape)
    const error = relativeError(data, wanted.value.data)
    found.set(column, Math.max(found.get(column) ?? 0, error))
    expect(error, `${name} of ${one}, ${column}`).toBeLessThanOrEqual(barOf(wanted))
  }
}

if (!present)
  test.skip(`${counted.length} comparisons with reference vectors are left out: ../shared/goldens is not there`, () => {})
else {
  for (const op of new Set(mappings.map((mapping) => mapping.op)))
    test(`${op}: every case is compared`, () => {
      const mapped = counted.filter((one) => one.op === op).map((one) => one.name)
      expect([...new Set(mapped)].sort()).toEqual([...casesOf(op)].sort())
    })

  for (const { op, layer, name, toCase } of counted) {
    const where = op === layer ? `${op}/${name}` : `${op}/${name} as ${layer}`
    const one = `${op} ${name} ${layer}`
    const load = () => toCase(readGolden(op, name))

    test(`${where}: meaning`, () => {
      const loaded = load()
      compare(one, 'meaning', loaded.expected, meaningOf({ layer, ...loaded }), () => loaded.referenceBar)
    })

    for (const form of ['recurrent', 'chunk'] as const)
      for (const executor of ['javascript', 'webgpu'] as const)
        test(`${where}: ${form}, ${executor}`, async ({ skip }) => {
          if (executor === 'webgpu' && host.kind !== 'gpu')
            return skip(`no WebGPU device: ${'reason' in host ? host.reason : ''}`)
          const loaded = load()
          const device = executor === 'webgpu' && host.kind === 'gpu' ? host.device : 'cpu'
          const results = await resultOf({ layer, ...loaded }, form, device)
          compare(one, `${form}, ${executor}`, loaded.expected, results, (expected) => expected.bar)
        })
  }
}
