import { expect, test } from 'vitest'
import { breakAt, countSites, surroundingsOf, type Operator } from '../../../proof/mutants/sites.ts'
import { runningSum } from '../../support/running-sum.ts'

const { lowered } = runningSum
const [{ program }] = lowered.recurrent.stages
const at = surroundingsOf(lowered, lowered.recurrent, program)

const loads: Operator = {
  kind: 'load',
  expr: (e) => (e.kind === 'load' && e.array === 'x' ? { kind: 'name', name: 'nothing' } : undefined),
}

test('a place is broken alone, and told', () => {
  expect(countSites(loads, at)).toBe(1)
  const { program: broken, region, description } = breakAt(loads, at, 0)
  expect(region).toBe('the tokens of a sequence')
  expect(description).toMatch(/^x\[.*\] ⇒ nothing$/)
  expect(countSites(loads, { ...at, program: broken })).toBe(0)
  expect({ ...broken, body: [] }).toEqual({ ...program, body: [] })
})

test('statements can be left out', () => {
  const stores: Operator = { kind: 'store', statement: (s) => (s.kind === 'store' ? [] : undefined) }
  expect(countSites(stores, at)).toBe(4)
  const { program: broken } = breakAt(stores, at, 3)
  expect(countSites(stores, { ...at, program: broken })).toBe(3)
})

test('what hangs on the length of a sequence is known', () => {
  expect(at.isLocal('token')).toBe(true)
  expect(at.isLocal('heads')).toBe(false)
  expect(at.isRagged({ kind: 'name', name: 'token' })).toBe(true)
  expect(at.isRagged({ kind: 'name', name: 'heads' })).toBe(false)
})
