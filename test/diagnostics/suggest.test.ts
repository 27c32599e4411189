import { expect, test } from 'vitest'
import { editDistance, suggest } from '../../diagnostics/suggest.ts'

test('a swap of neighbours is one slip', () => {
  expect(editDistance('inptu', 'input')).toBe(1)
  expect(editDistance('mixr', 'mixer')).toBe(1)
  expect(editDistance('', 'abc')).toBe(3)
  expect(editDistance('αβ', 'βα')).toBe(1)
})

test('suggests nothing where nothing is near', () => {
  expect(suggest('gamma', ['beta', 'k', 'v'])).toBeUndefined()
  expect(suggest('q', ['k', 'v'])).toBeUndefined()
  expect(suggest('x'.repeat(100_000), ['x'])).toBeUndefined()
})

test('suggests the nearest, whatever its case', () => {
  expect(suggest('log_alfa', ['log_beta', 'log_alpha'])).toBe('log_alpha')
  expect(suggest('s', ['q', 'S'])).toBe('S')
  expect(suggest('Beta', ['beta', 'Betas'])).toBe('beta')
})

test('a word is not suggested for itself', () => {
  expect(suggest('beta', ['beta'])).toBeUndefined()
})
