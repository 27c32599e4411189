import { expect, test } from 'vitest'
import { degreeOf } from '../../../compiler/1-check/infer-degree.ts'
import { checked, layerOf } from '../../support/layer.ts'

/** The degree of an output in the states S and Z; an output may be anything. */
const degree = (expression: string): string => {
  const layer = layerOf(`mixer a {
    dim K = 4
    input k: vec<K>
    input x: scalar
    state S: mat<K, K> S[t] = S[t-1] + k @ k.T
    state z: vec<K> z[t] = z[t-1] + k
    let r = S[t].T @ k
    output o: scalar = sum(${expression})
  }`)
  const found = degreeOf(layer.outputs[0].value, { states: new Set(['S', 'z']), layer })
  return found.kind === 'other' ? found.how.replace('the state ', '') : found.kind
}

test.each([
  ['k * x', 'free'],
  ['S[t] @ k + k', 'affine'],
  ['-r', 'affine'],
  ['r / x', 'affine'],
  ['x * (S[t-1].T @ k - k)', 'affine'],
  ['where(x > 0, z[t], k)', 'affine'],
  ['concat(z[t], cumsum(z[t]))', 'affine'],
  ['slice(z[t], 0, 2) + reshape(z[t], K)[0]', 'affine'],
  ['diag(z[t]) @ k', 'affine'],
  ['outer_flat(z[t], k)', 'affine'],
  ['dot(k, z[t]) * k', 'affine'],
  ['re(complex(z[t], k))', 'affine'],
  ['solve(k @ k.T, z[t])', 'affine'],
  ['fold X = z[t] for j in 0..2: x * X + k', 'affine'],
  ['sum(j in 0..2: x * z[t])', 'affine'],
  ['let y = z[t] in y + y', 'affine'],
  ['z[t][0] * k', 'affine'],
  ['z[t] * z[t]', 'is multiplied by something read from it'],
  ['r * x * r', 'is multiplied by something read from it'],
  ['dot(z[t], r) * k', 'is multiplied by something read from it'],
  ['tanh(z[t])', 'goes through tanh'],
  ['norm(z[t]) * k', 'goes through norm'],
  ['softmax(r)', 'goes through softmax'],
  ['solve(S[t], k)', 'goes through solve'],
  ['max(j in 0..2: r)', 'goes through max'],
  ['k / r', 'something is divided by what is read from the state'],
  ['z[t] ^ 2', 'is raised to a power'],
  ['z[t] % 2', 'a remainder is taken of the state'],
  ['where(z[t] > 0, k, 0)', 'a condition depends on the state'],
  ['fold X = k for j in 0..2: X * z[t]', 'is multiplied by something read from it'],
])('%s: %s', (expression, expected) => {
  expect(degree(expression)).toBe(expected)
})

test('the complaint points at the product, and at the read behind it', () => {
  const text = `mixer forgetful { dim K = 4 input k: vec<K> state S: vec<K>
    let r = S[t-1].T @ k
    S[t] = sigmoid(r) * S[t-1]
    output o: vec<K> = S[t] }`
  const [found] = checked(text).diagnostics
  const shown = (span: { start: number; end: number }): string => text.slice(span.start, span.end)
  expect(found.code).toBe('state-not-linear')
  expect(found.message).toBe('the state is multiplied by something read from it')
  expect([shown(found.span!), found.caret]).toEqual(['sigmoid(r) * S[t-1]', 'here it meets S again'])
  expect(found.labels.map((l) => [shown(l.span), l.message])).toEqual([['S[t-1].T @ k', 'r is read from S']])
})

test('it is found behind an output, too', () => {
  const { diagnostics } = checked(`mixer a { dim K = 4 input k: vec<K> state S: vec<K>
    S[t] = S[t-1] + tanh(o[t-1]) output o: vec<K> = S[t] + k }`)
  expect(diagnostics.map((d) => d.code)).toEqual(['state-not-linear'])
})
