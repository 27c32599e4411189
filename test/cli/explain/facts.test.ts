import { expect, test } from 'vitest'
import { explanationOf } from '../../../cli/explain/facts.ts'
import { compileLayer } from '../../../compiler/compile.ts'
import { layerOf } from '../../support/layer.ts'
import { layerText } from '../fixtures.ts'

const explained = (text: string) => {
  const layer = layerOf(text)
  const result = compileLayer(layer)
  if (result.kind === 'refused') throw new Error(result.diagnostics[0].message)
  return explanationOf(layer, result.compiled)
}

test('facts, eigenvalues and costs of each form', () => {
  const found = explained(layerText('a', '0.5 * S[t-1] + k @ v.T'))
  expect(found.dims).toEqual({ K: 4, V: 3 })
  expect(found.states).toMatchObject([
    { state: 'S', K: 4, V: 3, rank: 0, eigenvalues: { from: 0.5, to: 0.5 } },
  ])
  expect(found.forms.map(({ name }) => name)).toEqual(['recurrent', 'chunk'])
  for (const { cost } of found.forms) expect(cost.flops).toBeGreaterThan(0)
  expect(found.crossover).toBeGreaterThan(1)
})

test('nothing is said of eigenvalues that no range bounds', () => {
  const unbounded = layerText('a', 'sum(q) * S[t-1] + k @ v.T')
  expect(explained(unbounded).states[0].eigenvalues).toBeUndefined()
})
