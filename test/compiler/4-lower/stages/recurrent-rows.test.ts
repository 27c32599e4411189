import { expect, test } from 'vitest'
import { over, planStep } from '../../../support/plan-meaning.ts'
import { difference, headsOf, layers, layerText, runStages, tracedState } from './trace-stages.ts'

const expectRecurrence = (text: string, tokens: number, names: readonly string[]): readonly string[] => {
  const stages = runStages(text, 'recurrent', tokens, 8)
  expect(stages.faults).toEqual([])
  for (const head of headsOf(stages)) {
    const trace = tracedState(stages, 0, head)
    for (const t of over(tokens)) {
      const none = (): readonly number[] => []
      const { outputs } = planStep(stages.plan, stages.token(t, head), none, { S: trace[t].before })
      for (const name of names)
        expect(difference(stages.row(name, outputs[name].length, t, head), outputs[name])).toBeLessThan(1e-12)
    }
  }
  return stages.stageNames
}

const across = 'output o: vec<K> = S[t] @ y'

test.each(Object.keys(layers).filter((name) => name !== 'from the right'))(
  '%s: reads along V are summed over the columns',
  (name) => {
    for (const tokens of [1, 19]) expectRecurrence(layerText(layers[name], across), tokens, ['o'])
  },
)

test('of a transposed program the reads along K are', () => {
  expectRecurrence(layerText(layers['from the right']), 11, ['o'])
})

test('reads of both axes, with what the token adds, in one kernel', () => {
  const both = 'output o: vec<K> = S[t] @ y + S[t-1] @ v + k\n  output a: vec<V> = S[t].T @ q + v'
  expectRecurrence(layerText(layers['two deltas'], both), 7, ['o', 'a'])
})

test('columns of several workgroups leave partial sums, which a second stage adds', () => {
  const wide = layerText(layers.delta, `${across} + k`, 'K = 3, V = 70')
  expect(expectRecurrence(wide, 4, ['o'])).toContain('recurrent-sums')
  expect(expectRecurrence(layerText(layers.delta, across), 4, ['o'])).not.toContain('recurrent-sums')
})
