import { expect, test } from 'vitest'
import { javascriptExecutor } from '../../../runtime/javascript/executor.ts'
import { checkCall } from '../../../runtime/shapes.ts'
import { hostTensor } from '../../../runtime/tensor.ts'
import { decayedSum } from '../../support/decayed-sum.ts'

const call = (B: number, T: number) => {
  const inputs = {
    x: hostTensor(new Float32Array(B * T).fill(1), [B, T, 1, 1]),
    a: hostTensor(new Float32Array(B * T).fill(1), [B, T, 1]),
    u: hostTensor([0], [1, 1]),
  }
  const checked = checkCall(manifest, { inputs, states: {} })
  return { ...checked, inputs, states: {}, out: {}, inPlace: false, resident: false }
}
const manifest = decayedSum(1, 4)

test('scratch is kept, and grows; what an earlier call left there does not show', async () => {
  const executor = javascriptExecutor(manifest, { maxTokens: 8 })
  for (const [B, T] of [
    [1, 3],
    [3, 30],
    [1, 5],
  ]) {
    const { outputs, states } = await executor.run(manifest.forms.chunk!, call(B, T))
    expect([...(await states.S.read())]).toEqual(Array(B).fill(T))
    expect((await outputs.o.read())[T - 1]).toBe(T)
  }
})

test('results are new arrays for each call', async () => {
  const executor = javascriptExecutor(manifest)
  const one = await executor.run(manifest.forms.recurrent, call(1, 2))
  const two = await executor.run(manifest.forms.recurrent, call(1, 2))
  expect(one.outputs.o).not.toBe(two.outputs.o)
  expect(one.states.S).not.toBe(two.states.S)
})

test('what is kept is a copy', () => {
  const data = Float32Array.of(1)
  const kept = javascriptExecutor(manifest).keep(hostTensor(data, [1]))
  data[0] = 2
  expect(kept).toMatchObject({ kind: 'host', data: Float32Array.of(1) })
})
