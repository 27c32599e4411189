import { expect, test } from 'vitest'
import { lex } from '../../grammar/lexer.ts'
import { MixParser } from '../../grammar/parser.ts'
import { markStatements } from '../../grammar/statements.ts'

const parser = new MixParser()

/** How many complaints the rules have of a text. */
const complaints = (text: string): number => {
  const { tokens } = lex(text)
  markStatements(tokens, text, 'file')
  parser.input = tokens
  parser.file()
  return parser.errors.length
}

test.each([
  'use "./maps.mix" (elu1, taylor2)',
  'use std.maps (elu1)',
  'fn elu1<N>(x: vec<N>): vec<N> = where(x > 0, x + 1, exp(x))',
  'fn one() = 1',
  'mixer a {}',
  'recurrent mixer a { dim K = 64, V = 64 where K % 4 == 0 dim M }',
  'mixer a { input q, k: vec<K> input b: scalar in [0, 2) over s where b <= 1 }',
  'mixer a { param u: complex mat<2 * K, V - 1>[n] in (-inf, 0] }',
  'mixer a { state S: mat<K,V>=S0 state W: mat<K,V>[M] S[t] = S[t-1] W[m][t] = k }',
  'mixer a { let y: scalar = x let kn[m] = k }',
  'mixer a { output o: vec<V> over s = S[end].T @ q }',
  'mixer a { for m in 0..M { let y = x for j in 0..2 { S[m][t] = y } } }',
  'mixer a { let x = fold X = fold Y = a for i in 0..2: Y for j in 0..n: X + 1 let y = x }',
  'mixer a { let x = let y = let z = a in z in y let w = x }',
  'mixer a { let x = sum(s in t-w+1..t+1: exp(q.T @ k[s]) * v[s]) + max(a, b) - max() }',
  'mixer a { let x = -!a^-b.T[0][t-1] @ (c) % complex(1, 2) || true && false != I }',
])('%s is of the language', (text) => {
  expect(complaints(text)).toBe(0)
})

test('one parser reads many texts', () => {
  expect(complaints('mixer {')).toBeGreaterThan(0)
  expect(complaints('mixer a {}')).toBe(0)
})
