import { expect, test } from 'vitest'
import { over, planStep } from '../../../support/plan-meaning.ts'
import { difference, headsOf, layers, layerText, runStages, shapes, tracedState } from './trace-stages.ts'

const outputs = {
  after: 'output o: vec<V> = S[t].T @ q',
  before: 'output o: vec<V> = S[t-1].T @ q',
  'with a bonus': 'output o: vec<V> = S[t-1].T @ q + (q.T @ r) * v',
  'at two points': 'output o: vec<V> = S[t].T @ q - S[t-1].T @ r',
  'along V': 'output o: vec<K> = S[t] @ y',
}

// Every layer meets every shape, with another output each time.
const cases = Object.keys(layers).flatMap((name, n) =>
  Object.keys(outputs).map(
    (output, m) => [name, output as keyof typeof outputs, ...shapes[(n + m) % shapes.length]] as const,
  ),
)

test.each(cases)('%s, read %s, T = %s, C = %s: as the recurrence says', (name, output, tokens, chunkSize) => {
  const stages = runStages(layerText(layers[name], outputs[output]), 'chunk', tokens, chunkSize)
  expect(stages.faults).toEqual([])
  expect(stages.stageNames).toContain('chunk-output')
  for (const head of headsOf(stages)) {
    const trace = tracedState(stages, 0, head)
    for (const t of over(tokens)) {
      const none = (): readonly number[] => []
      const { o } = planStep(stages.plan, stages.token(t, head), none, { S: trace[t].before }).outputs
      expect(difference(stages.row('o', o.length, t, head), o)).toBeLessThan(1e-10)
    }
  }
})

test('what nothing reads has no output stage', () => {
  const stages = runStages(layerText(layers.delta, 'output o: vec<V> = v + w'), 'chunk', 5, 4)
  expect(stages.stageNames).not.toContain('chunk-output')
  expect(stages.row('o', 5, 2, 1)).toHaveLength(5)
})
