import { expect, test } from 'vitest'
import { drawCall } from '../../../cli/run/draw.ts'
import { runKernels, runMeaning } from '../../../cli/run/execute.ts'
import { compileLayer } from '../../../compiler/compile.ts'
import { MixError } from '../../../diagnostics/diagnostic.ts'
import { createLayer } from '../../../runtime/index.ts'
import { layerOf } from '../../support/layer.ts'
import { layerText } from '../fixtures.ts'

const layer = layerOf(layerText('a', '0.5 * S[t-1] + k @ v.T'))
const compiled = compileLayer(layer)
if (compiled.kind === 'refused') throw new Error('refused')
const { dims, manifest } = compiled.compiled
const call = drawCall(layer, { dims, batch: 1, tokens: 9, heads: 2, seed: 1 })

test('kernels and meaning give the same names and shapes, and nearly the same numbers', async () => {
  const meant = runMeaning(layer, call)
  for (const form of ['recurrent', 'chunk'] as const) {
    const found = await runKernels(createLayer(manifest, 'cpu'), call, form)
    expect(found.form).toBe(form)
    expect(found.outputs.o.shape).toEqual(meant.outputs.o.shape)
    expect(found.states.S.shape).toEqual(meant.states.S.shape)
    found.outputs.o.data.forEach((x, i) => expect(x).toBeCloseTo(meant.outputs.o.data[i], 5))
  }
})

test('what the runtime refuses is a diagnostic', async () => {
  const wrong = { ...call, states: { S: { shape: [1, 5, 4, 3], data: new Float32Array(60) } } }
  const refused = runKernels(createLayer(manifest, 'cpu'), wrong, 'chunk')
  await expect(refused).rejects.toThrow(MixError)
  await expect(refused).rejects.toThrow(/^error\[device-failed\]: S of a should have the shape/)
})
