import pc from 'picocolors'
import { expect, test } from 'vitest'
import { printExplanation } from '../../../cli/explain/print.ts'
import type { Explanation } from '../../../cli/explain/facts.ts'

const cost = { flops: 1234.4, bytes: 99, stateBytes: 64, parts: [] }
const explanation: Explanation = {
  layer: 'a',
  dims: { K: 4, V: 4 },
  program: 'state S: 4 × 4\n  write k, v',
  states: [
    {
      state: 'S',
      K: 4,
      V: 4,
      transposed: false,
      transition: 'IPLR',
      className: 'product of 2 delta rules',
      rank: 2,
      writes: 2,
      factors: 2,
      tied: true,
      eigenvalues: { from: -1, to: 1, fromOpen: true, toOpen: false },
    },
  ],
  forms: [
    {
      name: 'recurrent',
      chunkSize: 1,
      stages: ['recurrent'],
      cost: { ...cost, chain: { perToken: 1, fixed: 1 } },
    },
    {
      name: 'chunk',
      chunkSize: 8,
      stages: ['x', 'y'],
      cost: { ...cost, chain: { perToken: 1 / 8, fixed: 5 } },
    },
  ],
  crossover: 6,
}

const print = (changed: Partial<Explanation> = {}): string =>
  printExplanation({ ...explanation, ...changed }, pc.createColors(false))

test('columns stand under one another, and no line ends in spaces', () => {
  const lines = print().split('\n')
  expect(lines.filter((line) => /\s$/.test(line))).toEqual([])
  const row = (start: string): string => lines.find((line) => line.trim().startsWith(start))!
  expect(row('flops').length).toBe(row('dependent').length)
  expect(row('flops')).toContain('1 234')
  expect(row('dependent')).toMatch(/T \+ 1 +T\/8 \+ 5$/)
  expect(row('chunk ')).toBe('  chunk      x → y')
})

test('eigenvalues are told with what they mean', () => {
  expect(print()).toContain('in (-1, 1], stable; negative ones: parity')
  expect(print()).toContain('a product of 2 reflections can turn')
  const grown = { ...explanation.states[0], eigenvalues: { from: 0, to: 2, fromOpen: false, toOpen: false } }
  expect(print({ states: [grown] })).toContain('in [0, 2], the state may grow')
  expect(print({ states: [{ ...grown, eigenvalues: undefined }] })).toContain(
    'not bounded by the declared ranges',
  )
})
