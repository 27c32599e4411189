import { expect, test } from 'vitest'
import { dropMasks, operators } from '../../../proof/mutants/operators.ts'
import { breakAt, countSites, surroundingsOf } from '../../../proof/mutants/sites.ts'
import { proveForm } from '../../../proof/prove.ts'
import { runningSum } from '../../support/running-sum.ts'

const { layer, lowered } = runningSum
const form = lowered.recurrent
const [stage] = form.stages
const at = surroundingsOf(lowered, form, stage.program)

test('the kernel itself is right', () => {
  expect(proveForm(layer, lowered, form, { rounds: 1 }).difference).toBeUndefined()
})

// One input is never shared among heads.
const applicable = operators
  .filter((o) => countSites(o, at) > 0 && o.kind !== 'wrong head group')
  .map((o) => [o.kind, o] as const)

test.each(applicable)('%s: caught at every place', (_, operator) => {
  for (let site = 0; site < countSites(operator, at); site++) {
    const { program, description } = breakAt(operator, at, site)
    const broken = { ...form, stages: [{ ...stage, program }] }
    expect(proveForm(layer, lowered, broken, { rounds: 1 }).difference, description).toBeDefined()
  }
})

test('without masks padding counts', () => {
  expect(proveForm(layer, lowered, dropMasks(form), { rounds: 1 }).difference?.case).toBe('padding')
})

test('enough of them apply to a kernel as small as this', () => {
  expect(applicable.length).toBeGreaterThan(12)
})
