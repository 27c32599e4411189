import { expect, test } from 'vitest'
import { parse } from '../../grammar/parse.ts'
import { diagnosticCases } from '../support/diagnostic-cases.ts'

diagnosticCases(new URL('../diagnostics/syntax.mix', import.meta.url), (source) => parse(source).diagnostics)

const helpFor = (text: string): string | undefined => parse({ name: 'a.mix', text }).diagnostics[0].help

test.each([
  ['mixr a {}', 'did you mean `mixer`?'],
  ['mixer a { let x = .5 }', 'a number has digits on both sides of its point: 0.5, 1.0'],
  ['mixer a { let x = 1. }', 'a number has digits on both sides of its point: 0.5, 1.0'],
  ['mixer a { let x = a ** b }', 'a power is written ^'],
  ['mixer a { let x = if a }', 'a choice is written where(condition, a, b)'],
  ['mixer a { let end = a }', '`end` is a word of the language and cannot be a name'],
  ['mixer a { let x = q k }', 'an operator is missing before `k`'],
  ['dim K', 'this stands within `mixer NAME { … }`'],
  ['mixer a { input q: vektor<K> }', undefined],
  ['mixer a { input q: vecc<K> }', 'did you mean `vec`?'],
])('%s is helped on', (text, help) => {
  expect(helpFor(text)).toBe(help)
})

test('a suggestion is a fix as well', () => {
  const text = 'mixer a { inptu q: vec<K> }'
  const [found] = parse({ name: 'a.mix', text }).diagnostics
  const [{ span, text: instead }] = found.fix!.edits
  const mended = text.slice(0, span.start) + instead + text.slice(span.end)
  expect(parse({ name: 'a.mix', text: mended }).diagnostics).toEqual([])
})
