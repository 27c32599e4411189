import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import type { LayerProgram } from '../../../compiler/2-normalize/state-program.ts'
import type { Operand, StepPlan } from '../../../compiler/3-plan/kernel-plan.ts'
import { tokenStep } from '../../../compiler/3-plan/token-step.ts'
import { toNumber } from '../../../compiler/rational.ts'
import { programOf } from '../../support/compiled.ts'
import { runs } from '../../support/laws.ts'
import { planStep, type Token } from '../../support/plan-meaning.ts'
import {
  givenBy,
  lanesOf,
  statesBy,
  stepDistance,
  stepOf,
  type Given,
} from '../../support/program-meaning.ts'
import { randomMixer } from '../../support/random-mixer.ts'
import { decay, fade, key, out, plus, program, read, scalar, times, value, write } from '../2-normalize/programs.ts' // prettier-ignore

/** A token whose values are told by the names of what it gives. */
const tokenBy = (given: Given): Token => ({
  operand: (o) =>
    o === undefined ? [1] : o.kind === 'constant' ? [toNumber(o.value)] : lanesOf(o.field.value, given),
  kept: (decay) => lanesOf(decay.field.value, given),
})

const forms = ['recurrent', 'chunk'] as const

const expectSameStep = (program: LayerProgram): void => {
  const [given, states] = [givenBy(7), statesBy(program, 8)]
  const meant = stepOf(program, given, states)
  for (const form of forms)
    expect(
      stepDistance(planStep(tokenStep(program, form, 4), tokenBy(given), given, states), meant),
    ).toBeLessThan(1e-9)
}

test('the step of a token, told from the state before it, is the program', () => {
  fc.assert(
    fc.property(randomMixer, (mixer) => expectSameStep(programOf(mixer.text))),
    runs(60),
  )
})

const [a, b, beta, g, k, l, q, v, e] = [scalar('a'), scalar('b'), scalar('beta'), scalar('g'), key('k'), key('l'), key('q'), value('v'), value('e')] // prettier-ignore

const stepPlan = (ops: LayerProgram['states'][0]['ops'], form: 'recurrent' | 'chunk' = 'chunk'): StepPlan => {
  expectSameStep(program(ops))
  return tokenStep(program(ops), form, 4).states[0]
}
const keyOf = (o: Operand | undefined): string =>
  o === undefined ? 'none' : o.kind === 'constant' ? `${toNumber(o.value)}` : P.keyOf(o.field.value)

test('a decay before a read goes into its key, one after a write into what is written', () => {
  const step = stepPlan([decay(a), read('r1', q), write(k, v), decay(b), decay(e, 'value')])
  expect(keyOf(step.reads[0].p)).toBe(P.keyOf(times(a, q)))
  expect(keyOf(step.writes[0].k)).toBe(P.keyOf(times(b, k)))
  expect(keyOf(step.writes[0].scale)).toBe('e')
  expect(P.keyOf(step.key!.field.value)).toBe(P.keyOf(times(a, b)))
  expect(P.keyOf(step.value!.field.value)).toBe('e')
})

test('a decay of the value axis before a read scales what is read', () => {
  const step = stepPlan([decay(e, 'value'), read('r1', q), decay(v, 'value'), read('r2', v, 'value')])
  expect(keyOf(step.reads[0].scale)).toBe('e')
  expect(keyOf(step.reads[1].p)).toBe(P.keyOf(times(e, v, v)))
  expect(step.reads[1].scale).toBeUndefined()
})

test('only writes before a read are paired with it, with the decays between them', () => {
  const step = stepPlan([read('r0', q), write(k, v), decay(a), read('r1', q), write(l, v), read('r2', l)])
  expect(step.reads.map((r) => r.pairs.map((p) => p.write))).toEqual([[], [0], [0, 1]])
  const [pair] = step.reads[1].pairs
  expect(pair.kind === 'key' && keyOf(pair.dot)).toBe(P.keyOf(times(a, P.dot(q, k, 3))))
})

test('a pair along V keeps both of its vectors', () => {
  const step = stepPlan([write(k, v), decay(a), decay(e, 'value'), read('r1', v, 'value')])
  const [pair] = step.reads[0].pairs
  if (pair.kind !== 'value') throw new Error('not along V')
  expect([keyOf(pair.k), keyOf(pair.y)]).toEqual([P.keyOf(times(a, k)), P.keyOf(times(e, v))])
})

test('a pair whose product is 0 is none', () => {
  const zero = P.subtract(k, k)
  expect(tokenStep(program([write({ ...zero, lanes: 3 }, v), read('r1', q)]), 'chunk', 4).states[0].reads[0].pairs).toEqual([]) // prettier-ignore
})

test('a log decay is kept as its sum for chunks, as expm1 for single tokens; others as they are', () => {
  expect(stepPlan([fade(g), fade(l)]).key).toMatchObject({ form: 'log', lanes: 3 })
  const recurrent = stepPlan([fade(g), fade(l)], 'recurrent').key!
  expect(recurrent.form).toBe('expm1')
  expect(recurrent.field.value.text).toBe(P.call('expm1', [plus(g, l)]).text)
  expect(stepPlan([fade(g), decay(a)]).key).toMatchObject({ form: 'plain', lanes: 1 })
  expect(stepPlan([write(k, v)]).key).toBeUndefined()
})

test('at a padded token a decay is 1 and everything else 0', () => {
  const plan = tokenStep(
    program([decay(a), read('r1', k), write(k, times(beta, v), { r1: beta })]),
    'chunk',
    4,
  )
  const neutral = new Map(plan.fields.map((f) => [f.name, f.neutral]))
  expect(neutral.get('d')).toBe(1)
  expect([...neutral].filter(([, n]) => n === 1)).toHaveLength(1)
  const logs = tokenStep(program([fade(g), write(k, v)]), 'chunk', 4)
  expect(logs.fields.every((f) => f.neutral === 0)).toBe(true)
})

test('a constant write key is still a field: it must vanish at padded tokens', () => {
  const { writes } = tokenStep(program([write({ ...P.one, lanes: 3 }, v)]), 'chunk', 4).states[0]
  expect(writes[0].k.kind).toBe('field')
})

test('a read that a write leans on feeds', () => {
  const step = stepPlan([read('r1', k), write(k, v, { r1: beta }), read('r2', q)])
  expect(step.reads.map((r) => r.feeds)).toEqual([true, false])
  expect(step.writes[0].terms.map((t) => [t.read, keyOf(t.coefficient)])).toEqual([[0, 'beta']])
})

test('an output of one state is written by its kernel; a sum over states is a function of kept reads', () => {
  const own = tokenStep(program([read('r1', q)], out('o', ['r1'], v)), 'chunk', 4)
  expect(own.outputs).toMatchObject([{ kind: 'linear', size: 2, reads: [{ state: 0, read: 0 }] }])
  const one = program([read('r1', q)])
  const two: LayerProgram = {
    ...one,
    states: [...one.states, { ...one.states[0], state: 'R' }],
    outputs: [
      {
        name: 'o',
        rows: 2,
        cols: 1,
        kind: 'linear',
        reads: [
          { state: 'S', read: 'r1' },
          { state: 'R', read: 'r1' },
        ],
        direct: v,
      },
    ],
  }
  expectSameStep(two)
  const [output] = tokenStep(two, 'chunk', 4).outputs
  expect(output).toMatchObject({ kind: 'function', reads: [{ state: 0, lanes: 2 }, { state: 1, lanes: 2 }] }) // prettier-ignore
})

test('an output that reads nothing is a function, and reads of both axes are', () => {
  const nothing = program([write(k, v)], out('o', [], v))
  expectSameStep(nothing)
  expect(tokenStep(nothing, 'chunk', 4).outputs[0].kind).toBe('function')
})
