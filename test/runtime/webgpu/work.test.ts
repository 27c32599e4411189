import { expect, test as anyTest } from 'vitest'
import { createLayer } from '../../../runtime/layer.ts'
import type { Manifest } from '../../../runtime/manifest.ts'
import { hostTensor } from '../../../runtime/tensor.ts'
import { decayedSum } from '../../support/decayed-sum.ts'
import { testDevice, withoutDevice } from '../../support/device.ts'

const test = anyTest.skipIf(withoutDevice)
const whole = decayedSum(2, 4)
const inputs = {
  x: hostTensor(new Float32Array(40).fill(1), [1, 20, 1, 2]),
  a: hostTensor(new Float32Array(20).fill(1), [1, 20, 1]),
}
const params = { u: hostTensor([0, 0], [1, 2]) }

test('a binding that nothing provides is named', async () => {
  const [stage] = whole.forms.recurrent.stages
  const bindings = [{ ...stage.bindings[0], buffer: 'elsewhere' }, ...stage.bindings.slice(1)]
  const manifest: Manifest = {
    ...whole,
    forms: { recurrent: { ...whole.forms.recurrent, stages: [{ ...stage, bindings }] } },
  }
  using layer = createLayer(manifest, await testDevice(), { params })
  await expect(layer.forward(inputs)).rejects.toThrow('step binds elsewhere, which nothing provides')
  // The layer's scopes are taken off again: the device still works.
  using other = createLayer(whole, await testDevice(), { params })
  await other.forward(inputs)
})

test('values left in kept buffers by an earlier call do not show', async () => {
  using layer = createLayer(whole, await testDevice(), { params })
  for (const value of [3, NaN, 1]) {
    const x = hostTensor(new Float32Array(40).fill(value), [1, 20, 1, 2])
    const { outputs } = await layer.forward({ ...inputs, x })
    expect((await outputs.o.read())[39]).toBe(20 * value)
  }
})
