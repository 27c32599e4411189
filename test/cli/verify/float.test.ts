import { expect, test } from 'vitest'
import { compareFloats, decayingPorts, floatDims, relativeErrorOf } from '../../../cli/verify/float.ts'
import { compileLayer } from '../../../compiler/compile.ts'
import type { Manifest } from '../../../runtime/index.ts'
import { layerOf } from '../../support/layer.ts'

const layer = layerOf(`mixer a {
  dim K = 4, V = 3, n = 2
  input q, k: vec<K>
  input v: vec<V>
  input g: scalar in (-inf, 0]
  state S: mat<K, V>
  S[t] = exp(g) * S[t-1] + k @ v.T
  output o: vec<V> = S[t].T @ q
}`)
const result = compileLayer(layer, { target: { chunkSize: 4 } })
if (result.kind === 'refused') throw new Error('refused')
const { compiled } = result

test('sizes are odd, but small numbers of steps stay', () => {
  expect(
    floatDims(layerOf('mixer a { dim K = 64, n = 2 input x: vec<K>[n] output o: vec<K> = x[0] }')),
  ).toEqual({
    K: 20,
    n: 2,
  })
})

test('the inputs behind the decays are found', () => {
  expect([...decayingPorts(compiled.program)]).toEqual(['g'])
})

test('a right layer passes, with every case', async () => {
  const seen: string[] = []
  const report = await compareFloats(layer, compiled, 'cpu', 'here', (name) => seen.push(name))
  expect(report).toMatchObject({ ok: true, chunkSize: 4, device: 'here' })
  expect(report.results.map(({ name }) => name)).toEqual(seen)
})

test('a kernel that writes nothing is found', async () => {
  const chunk = compiled.manifest.forms.chunk!
  const stages = chunk.stages.map((stage) =>
    stage.name === 'chunk-output' ? { ...stage, js: `return;${stage.js}` } : stage,
  )
  const manifest: Manifest = {
    ...compiled.manifest,
    forms: { ...compiled.manifest.forms, chunk: { ...chunk, stages } },
  }
  const report = await compareFloats(layer, { ...compiled, manifest }, 'cpu', 'here', () => {})
  expect(report.ok).toBe(false)
  const random = report.results.find(({ name }) => name === 'random')!
  expect(random.ok).toBe(false)
  expect(random.recurrent).toBeLessThan(1e-5)
})

test('errors are relative to the whole tensor, and NaN is no number', () => {
  const tensor = (...data: readonly number[]) => ({ shape: [data.length], data: Float64Array.from(data) })
  const off = (found: readonly number[], meant: readonly number[]): number =>
    relativeErrorOf(
      { outputs: { o: tensor(...found) }, states: {}, form: 'chunk' },
      { outputs: { o: tensor(...meant) }, states: {}, form: 'reference' },
    )
  expect(off([3, 4], [3, 4])).toBe(0)
  expect(off([3, 5], [3, 4])).toBeCloseTo(0.2)
  expect(off([0, 0.5], [0, 0])).toBe(0.5)
  expect(off([NaN], [1])).toBe(Infinity)
  expect(off([1, 2, 3], [1, 2])).toBe(Infinity)
})
