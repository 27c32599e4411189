import { expect, test } from 'vitest'
import { drawCall } from '../../../support/calls.ts'
import type { Options } from '../../../support/compiled.ts'
import { distance, faultsOf, inDoubles, reference } from '../../../support/forms.ts'
import { mixers, type MixerName } from './mixers.ts'
import { callOf, runStages } from './run-stages.ts'
import { loweredOf } from '../../../support/compiled.ts'

const columnByColumn: readonly MixerName[] = [
  'no decay',
  'one decay',
  'a decay per key',
  'a signed decay per key',
  'a signed decay',
  'a decay per value',
  'the delta rule',
  'two steps a token',
  'a strength per value',
  'the delta rule with a decay per value',
  'an output that is no sum',
]

test.each(columnByColumn)('%s: token by token as the equation says', (name) => {
  const compiled = loweredOf(mixers[name])
  expect(compiled.lowered.recurrent.stages.map((s) => s.program.name)).toContain('recurrent')
  const call = callOf(compiled)
  expect(distance(inDoubles(compiled, 'recurrent', call), reference(compiled, call))).toBeLessThan(1e-13)
  expect(faultsOf(compiled, 'recurrent', call)).toEqual([])
})

test.each([
  ['one entry', 1, 1],
  ['one column', 5, 1],
  ['one row', 1, 6],
  ['columns in twos', 3, 6],
  ['columns in fours', 3, 8],
  ['several workgroups', 2, 512],
  ['a last workgroup of fewer columns', 2, 300],
  ['a last workgroup of fewer columns in twos', 2, 134],
  ['a last workgroup of fewer single columns', 2, 67],
  ['more rows than are unrolled', 130, 6],
] satisfies readonly (readonly [string, number, number])[])('states of %s', (_, K, V) => {
  const compiled = loweredOf(mixers['the delta rule'], { dims: { K, V } })
  const call = drawCall(compiled.layer, compiled.dims, { tokens: 3, batch: 2, initial: true })
  expect(distance(inDoubles(compiled, 'recurrent', call), reference(compiled, call))).toBeLessThan(1e-13)
  expect(faultsOf(compiled, 'recurrent', call)).toEqual([])
})

const stageOf = (name: MixerName, options?: Options) =>
  loweredOf(mixers[name], options).lowered.recurrent.stages.find((s) => s.program.name === 'recurrent')!

test('no barrier stands between tokens: columns never meet', () => {
  const { program, grid } = stageOf('the delta rule', { dims: { K: 4, V: 512 } })
  expect(program.body.map((step) => step.kind)).toEqual(['region'])
  expect(program.workgroup).toEqual([])
  expect(grid).toEqual({ x: 'sequences', z: 2 })
})

test('a slow decay keeps its digits: S + expm1(g)·S', () => {
  const compiled = loweredOf(mixers['one decay'])
  const call = drawCall(compiled.layer, compiled.dims, { tokens: 1, initial: true })
  const still = (x: { readonly shape: readonly number[] }, value: number) => ({
    shape: x.shape,
    data: new Array<number>(x.shape.reduce((a, b) => a * b, 1)).fill(value),
  })
  const { k, g } = call.tensors
  const tensors = { ...call.tensors, k: still(k, 0), g: still(g, -1e-12) }
  const { memory } = runStages(compiled, 'recurrent', 'token-inputs', { ...call, tensors })
  expect(memory.f32.get('scratch.frame')).toContain(Math.expm1(-1e-12))
})
