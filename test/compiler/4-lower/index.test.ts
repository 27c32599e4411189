import { expect, test } from 'vitest'
import type { Expr, LoopProgram, Statement, Step } from '../../../compiler/4-lower/loop-ir.ts'
import { verify } from '../../../compiler/4-lower/verify.ts'
import { bodyOf, everyExpression } from '../../../compiler/4-lower/walk.ts'
import { drawCall } from '../../support/calls.ts'
import { compiledOf, loweredOf } from '../../support/compiled.ts'
import { distance, faultsOf, formNames, inDoubles, reference } from '../../support/forms.ts'
import { mixerNames, mixers } from './stages/mixers.ts'
import { callOf } from './stages/run-stages.ts'

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

/** Names that an expression is made of, and arrays that it loads. */
const namesIn = (...values: readonly Expr[]): readonly string[] => {
  const found: string[] = []
  const uses = values.map((value): Step => ({ kind: 'let', name: '', value }))
  everyExpression(uses, (e) => {
    if (e.kind === 'name') found.push(e.name)
    if (e.kind === 'load') found.push(e.array)
  })
  return found
}

/** The loops of a kernel that run as far as its sequence does: over its steps, and inside a region. */
const loopsOverSequence = ({
  body,
}: LoopProgram): { readonly steps: readonly string[]; readonly regions: readonly string[] } => {
  const [steps, regions]: [string[], string[]] = [[], []]
  const long = new Set(['table.sequences'])
  const isLong = (...values: readonly Expr[]): boolean => namesIn(...values).some((n) => long.has(n))
  const visit = (s: Statement | Step, found: string[]): void => {
    if (s.kind === 'let' && isLong(s.value)) long.add(s.name)
    if (s.kind === 'for' && isLong(s.from, s.to)) found.push(s.variable)
    if (s.kind === 'each' && isLong(s.count)) found.push(s.variable)
    bodyOf(s).forEach((inner) => visit(inner, s.kind === 'region' ? regions : found))
  }
  body.forEach((s) => visit(s, steps))
  return { steps, regions }
}

test.each(mixerNames)('%s: the chain goes from chunk to chunk, never from token to token', (name) => {
  const { recurrent, chunk } = loweredOf(mixers[name], { chunkSize: 33 }).lowered
  for (const { program } of chunk!.stages) {
    const { steps, regions } = loopsOverSequence(program)
    expect(steps, program.name).toEqual(program.name === 'chunk-state' ? ['chunk'] : [])
    expect(regions, program.name).toEqual([])
  }
  // The recurrent form does what is looked for.
  const inOrder = recurrent.stages.map((s) => loopsOverSequence(s.program))
  expect(inOrder.flatMap(({ steps, regions }) => [...steps, ...regions])).toContain('chunk')
})

test.each(mixerNames)(
  '%s: the chunk form means the layer, and does nothing that a device would not forgive',
  (name) => {
    for (const chunkSize of [3, 20]) {
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
