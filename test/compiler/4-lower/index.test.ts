import { expect, test } from 'vitest'
import { verify } from '../../../compiler/4-lower/verify.ts'
import { compiledOf } from '../../support/compiled.ts'

const lowered = (update: string, output = 'output o: vec<V> = S[t].T @ q') =>
  compiledOf(`
mixer lowered {
  dim K = 3, V = 2
  input q, k: vec<K>
  input v: vec<V>
  input y: vec<V>
  input g: scalar in (-inf, 0]
  input beta: scalar in [0, 1]
  state S: mat<K, V>
  ${update}
  ${output}
}`).lowered

const stages = (...args: Parameters<typeof lowered>): readonly string[] =>
  lowered(...args).chunk!.stages.map((s) => s.program.name)

test('the stages follow from what the program does', () => {
  expect(stages('S[t] = S[t-1] + k @ v.T')).toEqual(['token-inputs', 'chunk-state', 'chunk-output'])
  expect(stages('S[t] = exp(g) * S[t-1] + k @ v.T')).toEqual([
    'token-inputs',
    'decay-products',
    'chunk-state',
    'chunk-output',
  ])
  expect(stages('S[t] = (I - beta * k @ k.T) @ (exp(g) * S[t-1]) + beta * k @ v.T')).toEqual([
    'token-inputs',
    'decay-products',
    'slot-dots',
    'solve-tril',
    'wy',
    'chunk-state',
    'chunk-output',
  ])
  expect(stages('S[t] = S[t-1] + k @ v.T', 'output o: vec<V> = tanh(S[t].T @ q)').at(-1)).toBe(
    'token-output-o',
  )
})

test('the recurrent form is one stage after the tokens are worked out', () => {
  const { recurrent } = lowered('S[t] = (I - beta * k @ k.T) @ S[t-1] + beta * k @ v.T')
  expect(recurrent.stages.map((s) => s.program.name)).toEqual(['token-inputs', 'recurrent'])
  expect(recurrent.stages.at(-1)!.grid.x).toBe('sequences')
})

test('only the state’s own stages go sequence by sequence', () => {
  const { chunk } = lowered('S[t] = (I - beta * k @ k.T) @ S[t-1] + beta * k @ v.T')
  const sequential = chunk!.stages.filter((s) => s.grid.x === 'sequences').map((s) => s.program.name)
  expect(sequential).toEqual(['chunk-state'])
})

test('two states have two pipelines that share the frame', () => {
  const two = lowered(
    'state R: vec<K>\n S[t] = exp(g) * S[t-1] + k @ v.T\n R[t] = R[t-1] + k',
    'output o: vec<V> = S[t].T @ q\n output n: scalar = R[t].T @ q',
  )
  expect(two.chunk!.stages.map((s) => s.program.name)).toEqual([
    'token-inputs',
    'decay-products',
    'chunk-state',
    'chunk-output',
    'chunk-state',
    'chunk-output',
  ])
})

test('every scratch buffer is used, every buffer that is bound is known, and every kernel is sound', () => {
  for (const update of ['S[t] = exp(g) * S[t-1] + k @ v.T', 'S[t] = (I - beta * k @ k.T) @ S[t-1] + k @ v.T'])
    for (const output of [
      'output o: vec<V> = S[t].T @ q',
      'output o: vec<K> = tanh(S[t] @ y)',
      'output o: scalar = g',
    ]) {
      const layer = lowered(update, output)
      for (const form of [layer.recurrent, layer.chunk!]) {
        const bound = new Set(form.stages.flatMap((s) => s.program.bindings.map((b) => b.name)))
        const known = new Set([
          ...[...layer.inputs, ...layer.params, ...layer.outputs].map((t) => t.name),
          ...layer.states.map((s) => `state.${s.name}`),
          ...form.scratch.map((s) => s.name),
          'table.chunks',
          'table.sequences',
          'table.mask',
        ])
        expect([...bound].filter((name) => !known.has(name))).toEqual([])
        expect(form.scratch.filter((s) => !bound.has(s.name))).toEqual([])
        for (const { program } of form.stages) expect(verify(program)).toEqual([])
      }
    }
})
