import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lex } from '../../grammar/lexer.ts'

const shown = (text: string): string =>
  lex(text)
    .tokens.map((token) => `${token.tokenType.name}:${token.image}`)
    .join(' ')

test('numbers have digits on both sides of a point, so that 0..n is a range', () => {
  expect(shown('0..n')).toBe('Number:0 Dots:.. Identifier:n')
  expect(shown('0.5..1.5')).toBe('Number:0.5 Dots:.. Number:1.5')
  expect(shown('1_000 1e-5 2.5E+3')).toBe('Number:1_000 Number:1e-5 Number:2.5E+3')
  expect(shown('1.T')).toBe('Number:1 Dot:. Transpose:T')
})

test('names may have letters of any script', () => {
  expect(shown('α_1 𝛼 φ² é')).toBe('Identifier:α_1 Identifier:𝛼 Identifier:φ Identifier:é')
  expect(lex('φ²').strangers).toEqual([{ start: 1, end: 2 }])
})

test('a word is a word only as a whole', () => {
  expect(shown('inf inform t tt I In in')).toBe(
    'Infinity:inf Identifier:inform Now:t Identifier:tt Identity:I Identifier:In In:in',
  )
})

test('a type closes before an equals sign', () => {
  expect(shown(': mat<K,V>=S0')).toBe(
    'Colon:: Mat:mat Less:< Identifier:K Comma:, Identifier:V Greater:> Assign:= Identifier:S0',
  )
  expect(shown(': vec<(a>=b)>=c')).toContain('GreaterEqual:>= Identifier:b RightParen:) Greater:> Assign:=')
  expect(shown(': complex vec<n[0]>=c')).toContain('RightSquare:] Greater:> Assign:=')
  expect(shown('a<b>=c')).toContain('GreaterEqual:>=')
  expect(shown(': scalar where mat<K>=c')).toContain('GreaterEqual:>=')
})

test('comments are kept apart', () => {
  const { tokens, comments } = lex('a // b\r\n/// c\n//// d')
  expect(tokens).toHaveLength(1)
  expect(comments.map((comment) => [comment.tokenType.name, comment.image])).toEqual([
    ['Comment', '// b'],
    ['DocComment', '/// c'],
    ['DocComment', '//// d'],
  ])
})

test('signs of mathematics stand for those of the keyboard', () => {
  expect(shown('−a·b ≥ ∞')).toBe('Minus:− Identifier:a Times:· Identifier:b GreaterEqual:≥ Infinity:∞')
})

test('offsets count from where the text begins', () => {
  const { tokens, comments, strangers } = lex('ab # // c', 10)
  expect(tokens[0]).toMatchObject({ startOffset: 10, endOffset: 11 })
  expect(comments[0]).toMatchObject({ startOffset: 15, endOffset: 18 })
  expect(strangers).toEqual([{ start: 13, end: 14 }])
})

test('every character is in a token, in a comment, white space or a stranger', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('vec<', '>=', '"a"', '//', '\n', '1.', '..', '\ud800'),
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('')
      const { tokens, comments, strangers } = lex(text)
      const spans = [
        ...[...tokens, ...comments].map((token) => ({ start: token.startOffset, end: token.endOffset! + 1 })),
        ...strangers,
      ].sort((a, b) => a.start - b.start)
      let at = 0
      for (const { start, end } of spans) {
        expect(text.slice(at, start).trim()).toBe('')
        expect(end).toBeGreaterThan(start)
        at = end
      }
      expect(text.slice(at).trim()).toBe('')
    }),
  )
})
