import { expect, test } from 'vitest'
import { pairsOf, wordsOf } from '../../../examples/associative-recall/text.ts'

test('a chapter is its words, without the heading, in lower case', () => {
  expect(wordsOf(1).slice(0, 5)).toEqual(['call', 'me', 'ishmael', 'some', 'years'])
  expect(wordsOf(135).length).toBeGreaterThan(2000)
})

test('pairs are successive, distinct and as many as asked for', () => {
  expect(pairsOf(['a', 'b', 'a', 'b', 'c'], 9)).toEqual([
    ['a', 'b'],
    ['b', 'a'],
    ['b', 'c'],
  ])
  expect(pairsOf(wordsOf(1), 100)).toHaveLength(100)
})
