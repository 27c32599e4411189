import { expect, test } from 'vitest'
import { join } from '../../diagnostics/source.ts'

test('the join of two spans covers both, whichever comes first', () => {
  const source = { name: 'a', text: 'abcdef' }
  const [a, b] = [
    { source, start: 1, end: 2 },
    { source, start: 4, end: 5 },
  ]
  expect(join(a, b)).toEqual({ source, start: 1, end: 5 })
  expect(join(b, a)).toEqual({ source, start: 1, end: 5 })
})
