import { expect, test } from 'vitest'
import { itemWords, memberWords, reservedWords, spellingsOf, tokens, tokensOf } from '../../grammar/tokens.ts'

test('the reserved words are those of the language', () => {
  const contract =
    'mixer recurrent dim input param state let output fn use fold for in over where if else I t end inf complex true false'
  expect([...reservedWords].sort()).toEqual(contract.split(' ').sort())
})

test('no two tokens share a spelling', () => {
  const all = tokensOf('reserved', 'word', 'operator', 'punctuation').flatMap(spellingsOf)
  expect(new Set(all).size).toBe(all.length)
})

test('what a declaration begins with is reserved', () => {
  expect(reservedWords).toEqual(expect.arrayContaining([...memberWords, ...itemWords]))
})

test('every token says how it is coloured', () => {
  for (const token of Object.values(tokens)) expect(token.scope).toMatch(/^[a-z.]+$/)
})
