import { expect, test } from 'vitest'
import { growthOfUpdate } from '../../../compiler/1-check/growth.ts'
import { printInterval } from '../../../compiler/1-check/print.ts'
import { checked } from '../../support/layer.ts'

const growth = (update: string, more = ''): string => {
  const { layers, diagnostics } = checked(
    `mixer layer {
    dim K = 4, V = 3
    input k: vec<K> where norm(k) <= 1
    input p: vec<K> where norm(p) <= 1
    input x: vec<K>
    input v: vec<V> where norm(v) <= 1
    input a, b: scalar in [0, 1]
    input w: vec<K> in [0, 1]
    input beta: scalar in [0, 2]
    input free: scalar
    ${more}
    state S: mat<K, V>
    S[t] = ${update}
    output o: vec<V> = S[t].T @ k
  }`.replaceAll(/\n\s+/g, '\n'),
  )
  // A state that may grow is a layer's own affair here: errors of ranges leave no layer.
  const errors = diagnostics.filter((d) => d.severity === 'error')
  if (errors.length > 0) return errors.map((d) => d.message).join()
  const found = growthOfUpdate(layers[0].updates[0], layers[0])
  if (!found) return 'cannot be told'
  const { bounds } = found
  return bounds.from === -Infinity && bounds.to === Infinity ? 'anything' : printInterval(bounds)
}

test.each([
  ['S[t-1] + k @ v.T', '[1, 1]'],
  ['a * S[t-1]', '[0, 1]'],
  ['-S[t-1] / 2', '[-0.5, -0.5]'],
  ['diag(w) @ S[t-1]', '[0, 1]'],
  ['S[t-1] @ diag(v)', '[-1, 1]'],
  ['S[t-1] - a * S[t-1] + k @ v.T', '[0, 1]'],
  ['(I - beta * k @ k.T) @ S[t-1]', '[-1, 1]'],
  ['S[t-1] - beta * k @ k.T @ S[t-1]', '[-1, 1]'],
  ['S[t-1] + beta * k @ (v - S[t-1].T @ k).T', '[-1, 1]'],
  ['a * S[t-1] + beta * k @ (v - (a * S[t-1]).T @ k).T', '[-1, 1]'],
  ['a * (I - beta * k @ k.T) @ S[t-1]', '[-1, 1]'],
  ['(I - beta * k @ k.T) @ diag(w) @ S[t-1]', '[-1, 1]'],
  ['diag(w) @ S[t-1] - beta * k @ (k.T @ diag(w) @ S[t-1])', '[-1, 1]'],
  ['S[t-1] @ (I - beta * v @ v.T)', '[-1, 1]'],
  ['S[t-1] - (beta * v @ (S[t-1] @ v).T).T', '[-1, 1]'],
  ['(diag(w) - w * k @ k.T) @ S[t-1]', '[-1, 1]'],
  ['fold X = a * S[t-1] for j in 0..3: (I - beta * k @ k.T) @ X + k @ v.T', '[-1, 1]'],
  ['where(free > 0, 0, a) * S[t-1]', '[0, 1]'],
  ['where(free > 0, S[t-1], a * S[t-1])', '[0, 1]'],
  ['k @ v.T', '[0, 0]'],
  ['(I - k @ p.T) @ S[t-1]', '[0, 2]'],
  ['free * S[t-1]', 'anything'],
  ['(I - x @ x.T) @ S[t-1]', 'anything'],
  ['sum(j in 0..2: S[t-1])', 'cannot be told'],
])('%s grows by %s', (update, expected) => {
  expect(growth(update)).toBe(expected)
})

test('a let is written out', () => {
  expect(growth('S[t-1] + k @ (v - r).T', 'let r = S[t-1].T @ k')).toBe('[0, 1]')
})

test('a complex decay counts by its magnitude', () => {
  const { layers } = checked(`mixer a { dim K = 4 input nu, theta: vec<K> state x: complex vec<K>
    x[t] = exp(-exp(nu)) * cis(theta) * x[t-1] output o: vec<K> = re(x[t]) }`)
  expect(printInterval(growthOfUpdate(layers[0].updates[0], layers[0])!.bounds)).toBe('(0, 1)')
  const exponential =
    checked(`mixer a { dim K = 4 input nu: vec<K> in [-1, 0] input theta: vec<K> state x: complex vec<K>
    x[t] = exp(complex(nu, theta)) * x[t-1] output o: vec<K> = re(x[t]) }`)
  expect(growthOfUpdate(exponential.layers[0].updates[0], exponential.layers[0])!.bounds.to).toBe(1)
})
