import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, parseExpression } from '../../grammar/parse.ts'
import { exprText, fileText, typeText } from '../../grammar/print.ts'
import { expressions, files, withoutSpans } from '../support/trees.ts'

const reprinted = (text: string): string => {
  const { expr, diagnostics } = parseExpression({ name: 'e', text })
  expect(diagnostics).toEqual([])
  return exprText(expr)
}

test.each([
  'a + b * c',
  '(a + b) * c',
  'a - (b - c)',
  'a / b * c',
  'a / (b * c)',
  '-a^2',
  '(-a)^2',
  '2^-3^x',
  '(2^3)^x',
  '(a < b) == (b < c)',
  '(a < b) < c',
  'a || b && !c',
  '(a || b) && c',
  'S[t-1].T @ k',
  '(a * S[t-1]).T @ k',
  'k[t-2 * n]',
  'fold X = exp(g) * S[t-1] for j in 0..2 * n: X + k[j]',
  'a + (fold X = a for j in 0..n: X)',
  'let y = x * 2 in y + y',
  '(let y = x in y) + z',
  'sum(s in t-w+1..t+1: exp(q.T @ k[s]) * v[s])',
  'where(x > 0, x + 1, exp(x))',
  'complex(0, 1)',
])('%s is written with the parentheses it needs', (text) => {
  expect(reprinted(text)).toBe(text.replace('2 * n', '2*n'))
})

test('parentheses that nothing needs are not in a tree', () => {
  expect(reprinted('((a)) + (b * c)')).toBe('a + b * c')
})

test('a type on one line', () => {
  const { file } = parse({ name: 'a', text: 'mixer a { state S: complex mat<2*D,V>[ n - 1 ] }' })
  const [mixer] = file.items
  expect(mixer.kind === 'mixer' && mixer.members[0].kind === 'state' && typeText(mixer.members[0].type)).toBe(
    'complex mat<2 * D, V>[n-1]',
  )
})

test('parse ∘ print = id, on expressions', () => {
  fc.assert(
    fc.property(expressions, (expr) => {
      const { expr: parsed, diagnostics } = parseExpression({ name: 'e', text: exprText(expr) })
      expect(diagnostics).toEqual([])
      expect(withoutSpans(parsed)).toEqual(withoutSpans(expr))
    }),
    { numRuns: 300 },
  )
})

test('parse ∘ print = id, on files', () => {
  fc.assert(
    fc.property(files, (file) => {
      const { file: parsed, diagnostics } = parse({ name: 'f', text: fileText(file) })
      expect(diagnostics).toEqual([])
      expect(withoutSpans(parsed)).toEqual(withoutSpans(file))
    }),
    { numRuns: 100 },
  )
})
