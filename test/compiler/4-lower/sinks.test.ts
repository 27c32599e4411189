import { expect, test } from 'vitest'
import { int, real } from '../../../compiler/4-lower/build.ts'
import { keptRead, putSink, sinksOf } from '../../../compiler/4-lower/sinks.ts'
import { programOf } from '../../support/compiled.ts'
import { tokenStep } from '../../../compiler/3-plan/token-step.ts'

const planOf = (outputs: string, more = '') =>
  tokenStep(
    programOf(`
mixer test {
  dim K = 3, V = 2
  input q, k: vec<K> input v: vec<V> input b: scalar
  state S: mat<K, V>
  S[t] = S[t-1] + k @ v.T
  ${more}
  ${outputs}
}`),
    'chunk',
    16,
  )

const second = 'state R: mat<K, V> R[t] = b * R[t-1] + k @ v.T'

test('a sum of reads is written as an output, what the token gives with it', () => {
  const plan = planOf('output o: vec<V> = S[t].T @ q + S[t-1].T @ k + b * v')
  expect(sinksOf(plan, 0)).toMatchObject([
    { target: { kind: 'output', buffer: 'o' }, size: 2, axis: 'key', direct: { kind: 'field' } },
  ])
  expect(sinksOf(plan, 0)[0].reads).toHaveLength(2)
})

test('each output has a sink of its own, along the axis that it reads', () => {
  const sinks = sinksOf(planOf('output o: vec<V> = S[t].T @ q output p: vec<K> = S[t] @ v'), 0)
  expect(sinks.map((s) => [s.target.buffer, s.axis, s.size, s.direct])).toEqual([
    ['o', 'key', 2, undefined],
    ['p', 'value', 3, undefined],
  ])
})

test('reads of what is no sum are kept, each once', () => {
  const plan = planOf('output o: vec<V> = tanh(S[t].T @ q) output p: vec<V> = abs(S[t].T @ q) + S[t-1].T @ k')
  const sinks = sinksOf(plan, 0)
  expect(sinks.map((s) => [s.target.kind, s.reads.length, s.size])).toEqual([
    ['kept', 1, 2],
    ['kept', 1, 2],
  ])
  expect(new Set(sinks.map((s) => s.target.buffer)).size).toBe(2)
})

test('a sum over several states is put together from what each keeps', () => {
  const plan = planOf('output o: vec<V> = S[t].T @ q + R[t].T @ q', second)
  expect([0, 1].map((state) => sinksOf(plan, state).map((s) => s.target.kind))).toEqual([['kept'], ['kept']])
})

test('a state that no output reads has no sink', () => {
  const plan = planOf('output o: vec<V> = S[t].T @ q', second)
  expect([0, 1].map((state) => sinksOf(plan, state).length)).toEqual([1, 0])
})

test('outputs are told by token, kept reads by row', () => {
  const [row, token] = [int(5), int(9)]
  const output = { target: { kind: 'output', buffer: 'o' }, size: 1, axis: 'key', reads: [0] } as const
  const kept = { ...output, target: { kind: 'kept', buffer: keptRead('S', 'r1') } } as const
  const index = (sink: typeof output | typeof kept): string => JSON.stringify(putSink(sink, row, token, int(0), real(0)), (_, x: unknown) => (typeof x === 'bigint' ? Number(x) : x)) // prettier-ignore
  expect(index(output)).toContain('"value":9')
  expect(index(output)).not.toContain('"value":5')
  expect(index(kept)).toContain('"array":"scratch.S.r1"')
  expect(index(kept)).toContain('"value":5')
})
