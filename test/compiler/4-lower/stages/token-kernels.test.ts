import { expect, test } from 'vitest'
import { compiledOf } from '../../../support/compiled.ts'
import { drawCall } from '../../../support/calls.ts'
import { distance, faultsOf, formNames, inDoubles, reference } from '../../../support/forms.ts'

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

/** Two deltas whose inner products hold eight tensors, and an output that is made of as many. */
const crowded = `
mixer crowded {
  dim K = 3, V = 2
  input q: vec<K>
  input ${names.join(', ')}: vec<K>
  input v: vec<V>
  state S: mat<K, V>
  S[t] = (I - (a * b * c) @ (d * e * f).T) @ (I - (g * h * a) @ (b * c).T) @ S[t-1] + a @ v.T
  output o: vec<V> = tanh(S[t].T @ q) * tanh(sum(${names.join(' * ')})) / (1 + norm(S[t-1].T @ a))
}`

test('what is made of more tensors than a kernel binds is worked out in parts', () => {
  const compiled = compiledOf(crowded, { chunkSize: 4 })
  const call = drawCall(compiled.layer, compiled.dims, { tokens: 11, heads: 2, initial: true })
  for (const form of formNames) {
    const { stages, scratch } = compiled.lowered[form]!
    expect(scratch.map((s) => s.name)).toContain('scratch.token-inputs.parts')
    expect(scratch.map((s) => s.name)).toContain('scratch.token-output-o.parts')
    for (const { program } of stages) expect(program.bindings.length).toBeLessThanOrEqual(8)
    expect(faultsOf(compiled, form, call)).toEqual([])
    expect(distance(inDoubles(compiled, form, call), reference(compiled, call))).toBeLessThan(1e-10)
  }
})

test('what is not takes one kernel, and no parts', () => {
  const { lowered } = compiledOf(`
mixer roomy {
  dim K = 3, V = 2
  input q, k: vec<K>
  input v: vec<V>
  state S: mat<K, V>
  S[t] = S[t-1] + k @ v.T
  output o: vec<V> = S[t].T @ q
}`)
  expect(lowered.chunk!.stages.map((s) => s.program.name)).toEqual([
    'token-inputs',
    'chunk-state',
    'chunk-output',
  ])
  expect(lowered.chunk!.scratch.map((s) => s.name)).toEqual(['scratch.frame', 'scratch.S.chunks'])
})

test('values kept for each token never fill a workgroup’s memory', () => {
  const wide = (K: number): number => {
    const { lowered } = compiledOf(
      `mixer wide {
  dim K = ${K}, V = 2
  input q, k: vec<K>
  input v: vec<V>
  state S: mat<K, V>
  S[t] = S[t-1] + cumsum(k) @ v.T
  output o: vec<V> = S[t].T @ q
}`,
      { chunkSize: 16 },
    )
    return Math.max(...lowered.chunk!.stages[0].program.workgroup.map((a) => a.size))
  }
  expect([wide(8), wide(300), wide(1800)]).toEqual([16 * 8, 8 * 300, 1800])
})
