import { expect, test } from 'vitest'
import { compiledOf, loweredOf } from '../support/compiled.ts'
import { certify, printCertificate } from '../../proof/certificate.ts'
import { drawCall } from '../support/calls.ts'
import { distance, formNames, inJavaScript, reference } from '../support/forms.ts'

/** Layers whose state is a vector or a number, read entry by entry or contracted. */
const layers = {
  'a gate for each entry': `mixer hgrn {
    dim N = 5
    input x: vec<N>
    input g: vec<N> in (-inf, 0]
    state h: vec<N>
    h[t] = exp(g) * h[t-1] + x
    output o: vec<N> = silu(h[t]) + h[t-1]
  }`,
  'a convex mixture': `mixer mingru {
    dim N = 4
    input x, gate: vec<N>
    state h: vec<N>
    let z = sigmoid(gate)
    h[t] = (1 - z) * h[t-1] + z * x
    output o: vec<N> = h[t]
  }`,
  'a normaliser beside a matrix': `mixer normalised {
    dim K = 5, V = 3
    input q, k: vec<K>
    input v: vec<V>
    input g: scalar in (-inf, 0]
    state S: mat<K, V>
    state z: vec<K>
    S[t] = exp(g) * S[t-1] + exp(k) @ v.T
    z[t] = exp(g) * z[t-1] + exp(k)
    output o: vec<V> = (S[t].T @ exp(q)) / (z[t].T @ exp(q))
  }`,
}

for (const [what, text] of Object.entries(layers)) {
  const compiled = compiledOf(text, { chunkSize: 8 })

  test(`${what}: both forms in f32 are the layer`, async () => {
    const call = drawCall(compiled.layer, compiled.dims, {
      batch: 2,
      tokens: 29,
      heads: 2,
      initial: true,
      seed: 5,
    })
    for (const form of formNames)
      expect(distance(await inJavaScript(compiled, form, call), reference(compiled, call))).toBeLessThan(2e-6)
  })

  test(`${what}: proved`, () => {
    const certificate = certify(
      compiled.layer,
      (dims, chunkSize) => loweredOf(text, { dims, chunkSize }).lowered,
      {
        rounds: 1,
      },
    )
    expect(certificate.proved, printCertificate(certificate)).toBe(true)
  })
}

test('a slow average keeps its digits: (1 − a)·x is not x − a·x', async () => {
  const text = `mixer ema {
    input x: scalar
    param a: scalar in [0, 1]
    state m: scalar
    m[t] = a * m[t-1] + (1 - a) * x
    output o: scalar = m[t]
  }`
  const compiled = compiledOf(text)
  const drawn = drawCall(compiled.layer, compiled.dims, { batch: 1, tokens: 200, heads: 1, seed: 6 })
  const a = { shape: [1], data: Float32Array.of(1 - 1e-4) }
  const call = { ...drawn, tensors: { ...drawn.tensors, a } }
  for (const form of formNames)
    expect(distance(await inJavaScript(compiled, form, call), reference(compiled, call), 1e-9)).toBeLessThan(
      2e-6,
    )
})
