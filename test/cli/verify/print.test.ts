import pc from 'picocolors'
import { expect, test } from 'vitest'
import { boundHolds, legend, printVerdict } from '../../../cli/verify/print.ts'
import type { Verdict } from '../../../cli/verify/verdict.ts'

const colors = pc.createColors(false)
const cases = [
  { name: 'T = 0', batch: 1, tokens: 0, heads: 1, initial: true, masked: false },
  { name: 'shared heads, 1', batch: 1, tokens: 3, heads: 2, initial: true, masked: false },
]
const proof = { form: 'chunk' as const, dims: { K: 3 }, chunkSize: 4, cases, rounds: 2, compared: 70 }
const verdict: Verdict = {
  layer: 'a',
  file: 'a.mix',
  ok: true,
  stages: { recurrent: ['recurrent'], chunk: ['chunk-state'] },
  expectations: 0,
  kin: [],
  certificate: {
    layer: 'a',
    proved: true,
    proofs: [proof],
    rounds: 2,
    primes: [7],
    degree: 9,
    errorBound: 1e-12,
    uninterpreted: [],
  },
  float: {
    dims: { K: 20 },
    chunkSize: 4,
    device: 'here',
    results: [{ name: 'random', recurrent: 1e-7, chunk: 2e-7, scale: 1, ok: true }],
    ok: true,
  },
}
const print = (changed: Partial<Verdict> = {}): string => printVerdict({ ...verdict, ...changed }, colors)

test('what was checked, and how sure it is', () => {
  const text = print()
  expect(text).toContain('✓ a  a.mix')
  expect(text).toContain('2 cases × 2 rounds, 70 numbers, chance of an error ≤ 1e-12')
  expect(text).toContain('off by ≤ 1.0e-7 recurrent, 2.0e-7 chunk (C = 4), K = 20:')
  expect(text).not.toContain('✗')
})

test('where something falls short, what and where', () => {
  const difference = { case: 'T = 5', tensor: 'o', index: 3, kind: 'differs' as const, detail: 'o[0, 1]' }
  const certificate = { ...verdict.certificate, proved: false, proofs: [{ ...proof, difference }] }
  expect(print({ certificate })).toContain('✗ exact   the chunk form differs at T = 5, K = 3, C = 4: o[0, 1]')
  const results = [{ name: 'slow decays', recurrent: 1, chunk: 2, scale: 0.25, ok: false }]
  const off = print({ float: { ...verdict.float, ok: false, results } })
  expect(off).toContain('slow decays: recurrent 1.0e+0, chunk 2.0e+0')
  expect(off).toContain('scaled by 0.25')
  expect(print({ kin: [{ kin: 'b', equal: false, reason: 'o differs' }] })).toContain(
    '✗ kin     is not b: o differs',
  )
})

test('agreement that could be chance is not called proved', () => {
  const certificate = { ...verdict.certificate, errorBound: 0.5 }
  expect(boundHolds(certificate)).toBe(false)
  expect(print({ certificate })).toContain('no bound on the chance of an error')
})

test('mutants: those that live count, those that compute the same do not', () => {
  const mutant = {
    kind: 'drop a factor',
    stage: 's',
    region: 'r',
    description: 'd',
    formName: 'chunk' as const,
    how: '',
  }
  const text = print({
    mutants: [
      { ...mutant, caughtBy: 'proof' },
      { ...mutant, caughtBy: 'alike' },
      { ...mutant, caughtBy: 'nobody' },
    ],
  })
  expect(text).toContain('✗ mutants 1 of 2 caught, of 1 kinds; 1 more compute the same')
})

test('the legend names each kind of case once', () => {
  expect(legend([verdict, verdict], colors)).toContain('also shared heads\n')
})
