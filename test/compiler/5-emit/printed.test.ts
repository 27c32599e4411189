import { expect, test } from 'vitest'
import { prepare } from '../../../compiler/5-emit/prepare.ts'
import { printed } from '../../../compiler/5-emit/printed.ts'
import { compileLayer, readLayers } from '../../../compiler/compile.ts'

const text = `mixer tiny {
  dim K = 3, V = 4
  input q, k: vec<K>
  input v: vec<V>
  state S: mat<K, V>
  S[t] = S[t-1] + k @ v.T
  output o: vec<V> = S[t].T @ q
}`

const compiled = () => {
  const result = compileLayer(readLayers({ name: 'tiny.mix', text }).layers[0])
  if (result.kind === 'refused') throw new Error('refused')
  return result.compiled
}

test('every kernel is the one that the device gets, in place', () => {
  const { lowered } = compiled()
  const after = printed(lowered)
  expect(after.recurrent.stages.map((s) => s.program)).toEqual(
    lowered.recurrent.stages.map((s) => prepare(s.program).device),
  )
  expect(after.chunk!.stages.map((s) => s.grid)).toEqual(lowered.chunk!.stages.map((s) => s.grid))
  expect(after.chunk!.scratch).toBe(lowered.chunk!.scratch)
})

test('a recurrent state of a few rows stands in registers', () => {
  const { recurrent } = printed(compiled().lowered)
  expect(recurrent.stages.at(-1)!.program.private.every((array) => array.size === 1)).toBe(true)
})
