import { expect, test } from 'vitest'
import { feedersOf } from '../../../compiler/reference/feeders.ts'
import { readLayer } from '../../support/compiled.ts'

test('inputs reach a state through lets and other states, and its start counts', () => {
  const feeders = feedersOf(
    readLayer(`mixer m {
      input x, y, q: scalar
      param p: scalar
      let z = y * y
      state S: scalar = p
      state R: scalar
      R[t] = R[t-1] + z
      S[t] = S[t-1] + x * R[t]
      output o: scalar = q * S[t]
    }`),
  )
  expect([...feeders('S')].sort()).toEqual(['p', 'x', 'y'])
  expect(feeders('R')).toEqual(['y'])
  expect(feeders('o')).toContain('q')
})
