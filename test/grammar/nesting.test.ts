import { expect, test } from 'vitest'
import { lex } from '../../grammar/lexer.ts'
import { chainLimit, nestingLimit, tooDeep } from '../../grammar/nesting.ts'

const refused = (text: string): boolean => tooDeep(lex(text).tokens) !== undefined
const mixer = (value: string): string => `mixer a { let x = ${value} }`
const times = (n: number, open: string, inner = 'x', close = ''): string =>
  open.repeat(n) + inner + close.repeat(n)

test('equations of people pass', () => {
  expect(refused(mixer(times(50, '(', 'x', ')')))).toBe(false)
  expect(refused(mixer(times(300, 'x + ')))).toBe(false)
})

test('many statements are not deep', () => {
  const statements = 'let x = a + b * c - d S[t] = -S[t-1] * (a + b) input b: scalar in (0, 1] '
  expect(refused(`mixer a { ${statements.repeat(1000)} }`)).toBe(false)
  expect(refused(`mixer a { ${'for m in 0..M { S[m][t] = a + b * c } '.repeat(1000)} }`)).toBe(false)
  expect(refused('mixer a { state S: vec<K> S[t] = a + b } '.repeat(1000))).toBe(false)
  expect(refused(mixer(`f(${'a + b, '.repeat(1000)} c)`))).toBe(false)
})

test.each([
  ['parentheses', times(20_000, '(')],
  ['closed parentheses', mixer(times(20_000, '(', 'x', ')'))],
  ['braces', times(20_000, 'for m in 0..1 { ')],
  ['calls', mixer(times(20_000, 'f('))],
  ['indices within indices', mixer(times(20_000, 'x['))],
  ['indices in a row', mixer(`x${'[0]'.repeat(20_000)}`)],
  ['transposes', mixer(`x${'.T'.repeat(20_000)}`)],
  ['signs', mixer(times(20_000, '-'))],
  ['powers', mixer(times(20_000, 'x ^ '))],
  ['sums', mixer(times(20_000, 'x + '))],
  ['folds', mixer(times(20_000, 'fold X = a for j in 0..n: '))],
  ['lets', mixer(times(20_000, 'let y = a in '))],
  ['lets in lets', mixer(times(20_000, 'let y = '))],
])('%s by the thousand do not', (_, text) => {
  expect(refused(text)).toBe(true)
})

test('the limits are the last that pass', () => {
  expect(refused(times(nestingLimit, '(', 'x', ')'))).toBe(false)
  expect(refused(times(nestingLimit + 1, '(', 'x', ')'))).toBe(true)
  expect(refused(times(chainLimit, 'x + '))).toBe(false)
  expect(refused(times(chainLimit + 1, 'x + '))).toBe(true)
})
