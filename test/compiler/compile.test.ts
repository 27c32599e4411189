import { expect, test } from 'vitest'
import { compileLayer, readLayers } from '../../compiler/compile.ts'
import type { Source } from '../../diagnostics/source.ts'

const text = `
mixer decayed {
  dim K = 3, V = 2
  input q, k: vec<K>
  input v: vec<V>
  input g: scalar in (-inf, 0]
  state S: mat<K, V>
  S[t] = exp(g) * S[t-1] + k @ v.T
  output o: vec<V> = S[t].T @ q
}`
const source = (text: string, name = 'test.mix'): Source => ({ name, text })
const layer = readLayers(source(text)).layers[0]

test('a text becomes layers', () => {
  const { file, layers, diagnostics } = readLayers(source(`${text}\n${text.replace('decayed', 'other')}`))
  expect(diagnostics).toEqual([])
  expect(layers.map((l) => l.name)).toEqual(['decayed', 'other'])
  expect(file.items).toHaveLength(2)
})

test('a text that does not parse has no layers, and says why', () => {
  const { layers, diagnostics } = readLayers(source('mixer { dim'))
  expect(layers).toEqual([])
  expect(diagnostics.some((d) => d.severity === 'error')).toBe(true)
})

test('a layer with an error is left out, the others are not', () => {
  const wrong = text.replace('decayed', 'wrong').replace('k @ v.T', 'k')
  const { layers, diagnostics } = readLayers(source(`${wrong}\n${text}`))
  expect(layers.map((l) => l.name)).toEqual(['decayed'])
  expect(diagnostics.map((d) => d.code)).toContain('shape-mismatch')
})

test('functions come from the files that are named, each of which is parsed once', () => {
  const asked: string[] = []
  const user = `use "./maps.mix" (twice)\nuse "./maps.mix" (thrice)\n${text.replace('S[t].T @ q', 'S[t].T @ twice(thrice(q))')}`
  const { layers, diagnostics } = readLayers(source(user, 'a.mix'), (path, from) => {
    asked.push(`${from.name}: ${path.text}`)
    return source(
      'fn twice<N>(x: vec<N>): vec<N> = 2 * x\nfn thrice<N>(x: vec<N>): vec<N> = 3 * x',
      'maps.mix',
    )
  })
  expect(diagnostics).toEqual([])
  expect(layers).toHaveLength(1)
  expect(new Set(asked)).toEqual(new Set(['a.mix: ./maps.mix']))
})

test('a file that is not there is an error', () => {
  const { diagnostics } = readLayers(source(`use "./none.mix" (twice)\n${text.replace('@ q', '@ twice(q)')}`))
  expect(diagnostics.map((d) => d.code)).toEqual(['file-not-found'])
})

test('a compiled layer has everything that the phases found out', () => {
  const result = compileLayer(layer)
  if (result.kind === 'refused') throw new Error('refused')
  const { compiled } = result
  expect(compiled.dims).toEqual({ K: 3, V: 2 })
  expect(compiled.program.states[0].ops.map((op) => op.kind)).toEqual(['decay', 'write', 'read'])
  expect(compiled.trace[0].pass).toBe('from-layer')
  expect(compiled.lowered.chunk!.chunkSize).toBe(compiled.plans.chunk.chunkSize)
  expect(compiled.manifest).toMatchObject({ layer: 'decayed', dims: { K: 3, V: 2 } })
  expect(Object.keys(compiled.manifest.forms)).toEqual(['recurrent', 'chunk'])
})

test('sizes and chunks are the caller’s where given', () => {
  const result = compileLayer(layer, { dims: { K: 5 }, target: { chunkSize: 7 } })
  if (result.kind === 'refused') throw new Error('refused')
  expect(result.compiled.dims).toEqual({ K: 5, V: 2 })
  expect(result.compiled.manifest.forms.chunk!.chunkSize).toBe(7)
})

test.each([
  [{ dims: { K: 0 } }, /K|size/],
  [{ dims: { Q: 4 } }, /Q/],
  [{ target: { chunkSize: 0 } }, /chunk/],
])('%o is refused with a diagnostic', (options, message) => {
  const result = compileLayer(layer, options)
  if (result.kind !== 'refused') throw new Error('not refused')
  expect(result.diagnostics[0].message).toMatch(message)
})

test('what no lowering serves is refused with a diagnostic', () => {
  const backward = readLayers(source(text.replace('S[t-1]', 'S[t+1]'))).layers[0]
  const result = compileLayer(backward)
  expect(result.kind === 'refused' && result.diagnostics.map((d) => d.code)).toEqual(['form-not-available'])
})
