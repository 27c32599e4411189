import { expect, test } from 'vitest'
import { constantValue, rangeOf } from '../../../compiler/1-check/constant.ts'
import { printInterval } from '../../../compiler/1-check/print.ts'
import { collector } from '../../../compiler/1-check/report.ts'
import { parse } from '../../../grammar/parse.ts'

const range = (text: string): string => {
  const { file } = parse({ name: 'a.mix', text: `mixer a { input g: scalar in ${text} }` })
  const { report, diagnostics } = collector()
  const [mixer] = file.items
  const [input] = mixer.kind === 'mixer' ? mixer.members : []
  if (input?.kind !== 'input') throw new Error('an input was expected')
  const found = rangeOf(input.range!, report)
  return found ? printInterval(found) : diagnostics.map((d) => d.code).join()
}

test.each([
  ['[0, 1]', '[0, 1]'],
  ['(-inf, 0]', '(-inf, 0]'],
  ['[-1 / 2, 2 ^ 3)', '[-0.5, 8)'],
  ['[log(1), 3 * sqrt(4) - 1]', '[0, 5]'],
  ['[0.5, 0.5]', '[0.5, 0.5]'],
  ['[1, 0]', 'range-empty'],
  ['(0, 0]', 'range-empty'],
  ['[0, K]', 'not-constant'],
  ['[0, tanh(1)]', 'not-constant'],
  ['[inf - inf, 1]', 'not-constant'],
  ['[0, 1 % 2]', 'not-constant'],
])('%s: %s', (text, expected) => {
  expect(range(text)).toBe(expected)
})

test('both bounds are looked at', () => {
  expect(range('[K, V]')).toBe('not-constant,not-constant')
})

test('what recovery left open is nothing', () => {
  const span = { source: { name: '', text: '' }, start: 0, end: 0 }
  expect(constantValue({ kind: 'missing', span })).toBeUndefined()
})
