import { expect, test } from 'vitest'
import { verify, type Layer } from '../../../compiler/1-check/index.ts'
import { dim } from '../../../compiler/1-check/size.ts'
import { vector } from '../../../compiler/1-check/types.ts'
import { layerOf } from '../../support/layer.ts'

const layer = layerOf(`mixer a {
  dim K = 4, V = 3
  input k: vec<K>
  input v: vec<V>
  state S: mat<K, V>
  state z: vec<K>
  let a = 2 * k
  let b = a + k
  S[t] = S[t-1] + b @ v.T
  z[t] = fold X = z[t-1] for j in 0..2: X + (let y = k + 1 in y * y)
  output o: vec<V> = S[t].T @ k
}`)

test('what the check makes is sound', () => {
  expect(verify(layer)).toEqual([])
})

const broken: Readonly<Record<string, Layer>> = {
  'which comes after it': { ...layer, lets: [...layer.lets].reverse() },
  'not one to one': { ...layer, updates: layer.updates.slice(1) },
  'not in the place of its state': { ...layer, updates: [...layer.updates].reverse() },
  'there is no input k': { ...layer, inputs: layer.inputs.slice(1) },
  'which is no dim': { ...layer, dims: layer.dims.slice(1) },
  'it should be a': {
    ...layer,
    lets: layer.lets.map((l) => ({ ...l, value: { ...l.value, type: vector(dim('V')) } })),
  },
  'its value a': { ...layer, outputs: layer.outputs.map((o) => ({ ...o, type: vector(dim('K')) })) },
  'is bound twice': {
    ...layer,
    outputs: [
      ...layer.outputs,
      { ...layer.outputs[0], type: layer.updates[1].value.type, value: layer.updates[1].value },
    ],
  },
  'nothing binds y': {
    ...layer,
    outputs: [
      {
        ...layer.outputs[0],
        value: { kind: 'local', name: 'y', type: layer.outputs[0].type, span: layer.span },
      },
    ],
  },
  'read without its element': {
    ...layer,
    inputs: layer.inputs.map((i) => ({ ...i, type: { ...i.type, count: dim('K') } })),
  },
  'the sizes of': {
    ...layer,
    outputs: layer.outputs.map((o) => ({
      ...o,
      value:
        o.value.kind === 'binary'
          ? { ...o.value, right: { ...o.value.right, type: vector(dim('V')) } }
          : o.value,
    })),
  },
}

for (const [fault, wrong] of Object.entries(broken))
  test(`it finds: ${fault}`, () => {
    expect(verify(wrong).join('\n')).toContain(fault)
  })
