import { expect, test } from 'vitest'
import { plan } from '../../../compiler/3-plan/index.ts'
import { largestRows } from '../../../compiler/3-plan/largest-rows.ts'
import { programOf } from '../../support/compiled.ts'

const program = programOf(`
mixer planned {
  dim K = 3, V = 2
  input q, k: vec<K>
  input v: vec<V>
  input g: scalar in (-inf, 0]
  state S: mat<K, V>
  S[t] = exp(g) * S[t-1] + k @ v.T
  output o: vec<V> = S[t].T @ q
}`)

test('a plan for each form, of one and the same step', () => {
  const plans = plan(program, {})
  if (plans.kind === 'refused') throw new Error('refused')
  expect([plans.recurrent.form, plans.chunk.form]).toEqual(['recurrent', 'chunk'])
  expect(plans.chunk.chunkSize).toBe(32)
  expect(plans.recurrent.states[0].key!.form).toBe('expm1')
  expect(plans.chunk.states[0].key!.form).toBe('log')
  const { writes, reads } = plans.chunk.states[0]
  expect(plans.recurrent.states[0]).toMatchObject({ writes: writes.map((w) => ({ terms: w.terms })), reads: reads.map((r) => ({ id: r.id })) }) // prettier-ignore
})

test('C is the user’s where one is given', () => {
  const plans = plan(program, { chunkSize: 5 })
  expect(plans.kind === 'plans' && plans.chunk.chunkSize).toBe(5)
})

test.each([0, -1, 2.5, NaN, 257])('C = %s is refused', (chunkSize) => {
  const plans = plan(program, { chunkSize })
  if (plans.kind !== 'refused') throw new Error('not refused')
  expect(plans.diagnostics.map((d) => d.code)).toEqual(['chunk-size-out-of-range'])
})

test('a state with more rows than an invocation can hold is refused, with the number', () => {
  const tall = { ...program, states: program.states.map((s) => ({ ...s, K: largestRows + 1 })) }
  const plans = plan(tall, {})
  if (plans.kind !== 'refused') throw new Error('not refused')
  expect(plans.diagnostics.map((d) => d.code)).toEqual(['form-not-available'])
  expect(plans.diagnostics[0].message).toContain(`${largestRows + 1} rows`)
})
