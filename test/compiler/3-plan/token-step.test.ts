import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import type { LayerProgram } from '../../../compiler/2-normalize/state-program.ts'
import type { DecayPlan, KernelPlan, Operand, StepPlan } from '../../../compiler/3-plan/kernel-plan.ts'
import { tokenStep } from '../../../compiler/3-plan/token-step.ts'
import { toNumber } from '../../../compiler/rational.ts'
import { programOf } from '../../support/compiled.ts'
import { runs } from '../../support/laws.ts'
import { givenBy, lanesOf, statesBy, stepDistance, stepOf, type Given, type State, type Step } from '../../support/program-meaning.ts' // prettier-ignore
import { randomMixer } from '../../support/random-mixer.ts'
import { decay, fade, key, out, plus, program, read, scalar, times, value, write } from '../2-normalize/programs.ts' // prettier-ignore

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
const at = (lanes: readonly number[], i: number): number => (lanes.length === 1 ? lanes[0] : lanes[i])
const over = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** The formulas of `KernelPlan`, as they stand there. */
const planStep = (plan: KernelPlan, given: Given, before: Readonly<Record<string, State>>): Step => {
  const lanes = (o: Operand | undefined): number[] =>
    o === undefined ? [1] : o.kind === 'constant' ? [toNumber(o.value)] : lanesOf(o.field.value, given)
  const factor = (d: DecayPlan | undefined): number[] => {
    if (!d) return [1]
    const kept = lanesOf(d.field.value, given)
    return { plain: kept, log: kept.map(Math.exp), expm1: kept.map((x) => x + 1) }[d.form]
  }
  const steps = plan.states.map((step) => stateOf(step, before[step.state], lanes, factor))
  const read = (r: { readonly state: number; readonly read: number }): number[] =>
    steps[r.state].reads[r.read]
  const outputs = plan.outputs.map((output): [string, number[]] => {
    if (output.kind === 'function') {
      const kept = new Map(output.reads.map((r) => [r.atom, read(r)]))
      const result = lanesOf(output.value, (name) => kept.get(name) ?? given(name))
      return [output.name, over(output.size).map((i) => at(result, i))]
    }
    const direct = output.direct ? lanes(output.direct) : [0]
    return [
      output.name,
      over(output.size).map((i) => at(direct, i) + sum(output.reads.map((r) => at(read(r), i)))),
    ]
  })
  return {
    states: Object.fromEntries(steps.map((s, i) => [plan.states[i].state, s.after])),
    outputs: Object.fromEntries(outputs),
  }
}

const stateOf = (
  { K, V, reads, writes, key: keyDecay, value: valueDecay }: StepPlan,
  S: State,
  lanes: (o: Operand | undefined) => number[],
  factor: (d: DecayPlan | undefined) => number[],
): { readonly after: State; readonly reads: readonly number[][] } => {
  const found: number[][] = []
  const written: number[][] = []
  const x = (w: number): number[] => {
    const { given, terms } = writes[w]
    return (written[w] ??= over(V).map(
      (v) =>
        (given ? at(lanes(given), v) : 0) +
        sum(terms.map((t) => at(lanes(t.coefficient), v) * readAt(t.read)[v])),
    ))
  }
  const readAt = (j: number): number[] => {
    const { axis, p, scale, pairs } = reads[j]
    const size = axis === 'key' ? V : K
    return (found[j] ??= over(size).map((i) => {
      const seen =
        axis === 'key'
          ? sum(over(K).map((d) => S[d][i] * at(lanes(p), d)))
          : sum(over(V).map((v) => S[i][v] * at(lanes(p), v)))
      const own = pairs.map((pair) =>
        pair.kind === 'key'
          ? lanes(pair.dot)[0] * at(lanes(pair.scale), i) * x(pair.write)[i]
          : sum(over(V).map((v) => x(pair.write)[v] * at(lanes(pair.y), v))) * at(lanes(pair.k), i),
      )
      return at(lanes(scale), i) * seen + sum(own)
    }))
  }
  const [d, e] = [factor(keyDecay), factor(valueDecay)]
  const after = S.map((row, i) =>
    row.map(
      (s, v) =>
        at(d, i) * s * at(e, v) +
        sum(writes.map((w, n) => at(lanes(w.k), i) * x(n)[v] * at(lanes(w.scale), v))),
    ),
  )
  return { after, reads: reads.map((_, j) => readAt(j)) }
}

const forms = ['recurrent', 'chunk'] as const

const expectSameStep = (program: LayerProgram): void => {
  const [given, states] = [givenBy(7), statesBy(program, 8)]
  const meant = stepOf(program, given, states)
  for (const form of forms)
    expect(stepDistance(planStep(tokenStep(program, form, 4), given, states), meant)).toBeLessThan(1e-9)
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
