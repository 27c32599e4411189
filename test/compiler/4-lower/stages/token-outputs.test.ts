import { expect, test } from 'vitest'
import { over, planStep } from '../../../support/plan-meaning.ts'
import { difference, headsOf, layers, layerText, runStages, tracedState } from './trace-stages.ts'

const outputs = [
  'output o: vec<V> = tanh(S[t].T @ q)',
  'output o: vec<V> = bv * (S[t].T @ q) + v',
  'output o: scalar = norm(S[t].T @ q)',
  'output o: vec<V> = softmax(S[t].T @ q) * sigmoid(w)',
  'output o: vec<V> = (S[t].T @ q) / (1 + abs(sum(S[t-1].T @ r)))',
  'output o: vec<K> = tanh(S[t] @ y) * k',
]

test.each(outputs)('%s, from what was read', (output) => {
  for (const form of ['recurrent', 'chunk'] as const) {
    const tokens = 11
    const stages = runStages(layerText(layers.delta, output), form, tokens, 4)
    expect(stages.faults).toEqual([])
    expect(stages.stageNames.at(-1)).toBe('token-output-o')
    for (const head of headsOf(stages)) {
      const trace = tracedState(stages, 0, head)
      for (const t of over(tokens)) {
        const given = (name: string): readonly number[] => {
          const { shape, data } = stages.call.tensors[name]
          const size = shape.slice(3).reduce((a, b) => a * b, 1)
          return over(size).map((i) => data[(t * stages.heads + head) * size + i])
        }
        const { o } = planStep(stages.plan, stages.token(t, head), given, { S: trace[t].before }).outputs
        expect(difference(stages.row('o', o.length, t, head), o)).toBeLessThan(1e-11)
      }
    }
  }
})

test('a padded token gives 0', () => {
  const mask = [1, 0, 1, 0, 0]
  const stages = runStages(layerText(layers.delta, 'output o: vec<V> = exp(S[t].T @ q)'), 'chunk', 5, 4, { mask }) // prettier-ignore
  mask.forEach((live, t) => {
    for (const head of headsOf(stages))
      expect(stages.row('o', 5, t, head).every((x) => (live ? x > 0 : x === 0))).toBe(true)
  })
})
