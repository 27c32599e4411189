import { expect, test } from 'vitest'
import type { Statement, Step } from '../../../compiler/4-lower/loop-ir.ts'
import { verify } from '../../../compiler/4-lower/verify.ts'
import { bodyOf, everyExpression, everyStatement } from '../../../compiler/4-lower/walk.ts'
import { drawCall } from '../../support/calls.ts'
import { compiledOf } from '../../support/compiled.ts'
import { distance, faultsOf, formNames, inDoubles, reference } from '../../support/forms.ts'
import { chunkSizes, mixerNames, mixers } from './stages/mixers.ts'
import { callOf, loweredOf } from './stages/run-stages.ts'

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

/** What a loop runs up to, as the names and tables that it is made of. */
const boundsOf = (s: Statement | Step): readonly string[] => {
  const found = new Set<string>()
  const bounds = s.kind === 'for' ? [s.from, s.to] : s.kind === 'each' ? [s.count] : []
  const uses: readonly Step[] = bounds.map((value) => ({ kind: 'let', name: '', value }))
  everyExpression(uses, (e) => {
    if (e.kind === 'name') found.add(e.name)
    if (e.kind === 'load') found.add(e.array)
  })
  return [...found]
}

test.each(mixerNames)('%s: the chain goes from chunk to chunk, never from token to token', (name) => {
  for (const chunkSize of [3, 33]) {
    const { chunk } = loweredOf(mixers[name], { chunkSize }).lowered
    for (const { program } of chunk!.stages) {
      const overChunks: string[] = []
      const overTokens: string[] = []
      const tables = new Set(['table.chunks', 'table.sequences'])
      const visit = (s: Step): void => {
        // Tables come in by lets: how many chunks a sequence has must not reach a loop of one invocation.
        if (s.kind === 'let') boundsOf({ kind: 'for', variable: '', from: s.value, to: s.value, body: [] }).forEach((n) => n === 'table.sequences' && tables.add(s.name)) // prettier-ignore
        if (s.kind === 'for' && boundsOf(s).some((n) => n === 'table.sequences')) overChunks.push(s.variable)
        if (s.kind === 'region')
          everyStatement(s.body, (inner) => {
            if (
              boundsOf(inner).some((n) => n === 'table.sequences' || (tables.has(n) && n !== 'table.chunks'))
            )
              overTokens.push(s.note)
          })
        else bodyOf(s).forEach((inner) => visit(inner as Step))
      }
      program.body.forEach(visit)
      expect(overChunks, program.name).toEqual(program.name === 'chunk-state' ? ['chunk'] : [])
      expect(overTokens, program.name).toEqual([])
    }
  }
})

test.each(mixerNames)(
  '%s: the chunk form means the layer, and does nothing that a device would not forgive',
  (name) => {
    for (const chunkSize of chunkSizes) {
      const compiled = loweredOf(mixers[name], { chunkSize })
      const call = callOf(compiled, chunkSize)
      expect(distance(inDoubles(compiled, 'chunk', call), reference(compiled, call))).toBeLessThan(1e-12)
      if (chunkSize === 20) expect(faultsOf(compiled, 'chunk', call)).toEqual([])
    }
  },
)

test('a padded token gives nothing, even where a read needs no query', () => {
  const compiled = loweredOf(
    'mixer counter { input x: scalar state S: scalar S[t] = 0.5 * S[t-1] + x output o: scalar = S[t] + 2 }',
  )
  const mask = [1, 0, 1, 1, 0]
  const call = drawCall(compiled.layer, compiled.dims, { tokens: 5, initial: true, mask })
  for (const form of formNames)
    expect(distance(inDoubles(compiled, form, call), reference(compiled, call))).toBeLessThan(1e-15)
})
