import { expect, test } from 'vitest'
import { shapeOf } from '../../compiler/reference/shape.ts'
import { signatureOf } from '../../compiler/signature.ts'
import { programOf, readLayer, sizesOf } from '../support/compiled.ts'

const signature = (text: string) => {
  const layer = readLayer(text)
  return signatureOf(layer, sizesOf(layer), programOf(text))
}

const text = `
mixer signed {
  dim K = 3, V = 2, n = 4, D = 2 * K
  input q, k: vec<K>
  input v: vec<V>
  input beta: scalar
  input w: vec<K>[n]
  input M: mat<K, V>
  input x: vec<D>
  param u: vec<K>
  param S0: mat<K, V>
  state S: mat<K, V> = S0
  state z: vec<K>
  S[t] = S[t-1] + beta * (k + w[0]) @ (v + M.T @ u).T
  z[t] = z[t-1] + slice(x, 0, K)
  output o: vec<V> = S[t].T @ q
  output m: scalar = z[t].T @ q
}`

test('tensors have their sizes after batch, token and head', () => {
  const { name, dims, inputs, params, states, outputs } = signature(text)
  expect([name, dims]).toEqual(['signed', { K: 3, V: 2, n: 4, D: 6 }])
  expect(
    Object.fromEntries([...inputs, ...params, ...states, ...outputs].map((t) => [t.name, t.shape])),
  ).toEqual({
    q: [3],
    k: [3],
    v: [2],
    beta: [],
    w: [4, 3],
    M: [3, 2],
    x: [6],
    u: [3],
    S0: [3, 2],
    S: [3, 2],
    z: [3],
    o: [2],
    m: [],
  })
})

test('a state is fed by what its update uses, not by what it is read with', () => {
  const [S, z] = signature(text).states
  expect([...S.fedBy].sort()).toEqual(['M', 'beta', 'k', 'u', 'v', 'w'])
  expect(S.initial).toBe('S0')
  expect([...z.fedBy]).toEqual(['x'])
  expect(z.initial).toBeUndefined()
})

test('what an update reads with feeds the state, and so do its decays', () => {
  const delta = text.replace(
    'S[t] = S[t-1] + beta * (k + w[0]) @ (v + M.T @ u).T',
    'S[t] = (I - beta * k @ q.T) @ diag(u) @ S[t-1]',
  )
  expect([...signature(delta).states[0].fedBy].sort()).toEqual(['beta', 'k', 'q', 'u'])
})

test('vectors of one component are still vectors, complex numbers have an axis of 2', () => {
  const layer = readLayer('mixer m {\n dim K = 1\n input k: vec<K>\n input c: complex vec<K>\n state S: vec<K>\n S[t] = S[t-1] + k\n output o: scalar = S[t].T @ k\n}') // prettier-ignore
  expect(layer.inputs.map((i) => shapeOf(i.type, { K: 1 }))).toEqual([[1], [1, 2]])
})
