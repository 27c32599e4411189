import { expect, test } from 'vitest'
import { lex } from '../../grammar/lexer.ts'
import { markStatements } from '../../grammar/statements.ts'

/** The first words of the statements, and what became of names and lets. */
const marks = (text: string, of: 'file' | 'expression' = 'file') => {
  const { tokens } = lex(text)
  const { starts, misspellings } = markStatements(tokens, text, of)
  return {
    starts: starts.map((i) => tokens[i].image),
    updates: tokens
      .filter((token) => token.tokenType.name === 'UpdateName')
      .map((token) => token.startOffset),
    inner: tokens.filter((token) => token.tokenType.name === 'LetIn').map((token) => token.startOffset),
    misspellings: misspellings.map(({ token, meant }) => [token.image, meant]),
  }
}

test('an expression is left as it is', () => {
  expect(marks('a[0] == b[1][2] + f(x[t])')).toEqual({ starts: [], updates: [], inner: [], misspellings: [] })
})

test('an update begins at its name, on whatever line', () => {
  expect(marks('let x = k S[t] = x W[m][t] = x').starts).toEqual(['let', 'S', 'W'])
  expect(marks('let x = a +\nS[t] = x').starts).toEqual(['let', 'S'])
})

test('a let with an index and a type with a number are no updates', () => {
  expect(marks('let kn[m] = k').updates).toEqual([])
  expect(marks('state b: scalar[n] = c state d: complex scalar[n] = c').updates).toEqual([])
})

test('an update that misses its equals sign or its time still begins a statement', () => {
  expect(marks('let x = a\nS[t] x').starts).toEqual(['let', 'S'])
  expect(marks('let x = a\nS = x').starts).toEqual(['let', 'S'])
})

test('a let with its in is an expression', () => {
  expect(marks('fn f(x: scalar) = let y = x in y').inner).toEqual([18])
  expect(marks('let y = (let z = x in z)').inner).toEqual([9])
  expect(marks('= let a = fold X = b for j in 0..n: X in a').inner).toEqual([2])
  expect(marks('let y = x in y', 'expression').inner).toEqual([0])
})

test('a let reached too early is a statement', () => {
  expect(marks('let x =\nlet y = 2\ninput b: scalar in [0, 1]')).toMatchObject({
    starts: ['let', 'let', 'input'],
    inner: [],
  })
})

test('a for begins a statement unless it belongs to a fold', () => {
  expect(marks('mixer a { for m in 0..M { } }').starts).toEqual(['mixer', 'for'])
  expect(marks('let x = fold X = a for j in 0..n: X').starts).toEqual(['let'])
})

test('a misspelt word counts as the word', () => {
  expect(marks('mixr a { inptu q: vec<K> outptu o: vec<K> = q }')).toMatchObject({
    starts: ['mixr', 'inptu', 'outptu'],
    misspellings: [
      ['mixr', 'mixer'],
      ['inptu', 'input'],
      ['outptu', 'output'],
    ],
  })
  expect(marks('recurent mixer a {}').misspellings).toEqual([])
})
