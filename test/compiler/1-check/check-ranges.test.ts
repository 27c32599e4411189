import { expect, test } from 'vitest'
import { checked } from '../../support/layer.ts'

const found = (decay: string) =>
  checked(`mixer a {
    dim K = 4
    input k: vec<K>
    input a, b: scalar in [0, 1]
    input free: scalar
    param gamma: scalar in [0, 1.5)
    state S: mat<K, K>
    S[t] = ${decay} * S[t-1] + k @ k.T
    output o: vec<K> = S[t].T @ k
  }`).diagnostics

test.each(['a', 'a * b', 'exp(-a)', '-a', 'sigmoid(free)', 'cos(free)', '(1 - a)', 'where(free > 0, a, 0)'])(
  'a decay of %s is fine',
  (decay) => {
    expect(found(decay)).toEqual([])
  },
)

test.each([
  ['exp(a)', '2.71828'],
  ['(a + b)', '2'],
  ['-2 * a', '-2'],
  ['gamma', '1.5'],
])('a decay of %s grows for certain: an error', (decay, value) => {
  expect(found(decay).map((d) => [d.code, d.severity, d.message])).toEqual([
    ['gate-out-of-range', 'error', `the declared ranges let the decay of S reach ${value}`],
  ])
})

test.each(['(a + a)', '2 * cos(free)', 'exp(a * a)'])('a decay of %s may grow: a warning', (decay) => {
  const [diagnostic] = found(decay)
  expect([diagnostic.code, diagnostic.severity]).toEqual(['gate-out-of-range', 'warning'])
  expect(diagnostic.message).toContain('as far as can be told')
})

test.each(['1.5', '2 * sigmoid(free)'])(
  'a decay of %s grows, but not by a declared range: a warning',
  (decay) => {
    expect(found(decay).map((d) => [d.code, d.severity])).toEqual([['gate-out-of-range', 'warning']])
  },
)

test.each(['free', 'exp(free)', '(1 + abs(free))'])('%s promises nothing, so nothing is said', (decay) => {
  expect(found(decay)).toEqual([])
})

test('it points at the decay and at the range', () => {
  const [diagnostic] = found('exp(a)')
  const shown = (span: { source: { text: string }; start: number; end: number }): string =>
    span.source.text.slice(span.start, span.end)
  expect(shown(diagnostic.span!)).toBe('exp(a) * S[t-1]')
  expect(diagnostic.labels.map((l) => [shown(l.span), l.message])).toEqual([['a', 'a is declared in [0, 1]']])
})
