import { expect, test } from 'vitest'
import { normalize } from '../../../compiler/2-normalize/index.ts'
import { evaluate, indexOf, type Scope } from '../../../compiler/2-normalize/evaluate.ts'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { Refusal } from '../../../compiler/2-normalize/value.ts'
import { float64 } from '../../../compiler/float64.ts'
import { prepare } from '../../../compiler/reference.ts'
import { readLayer, sizesOf } from '../../support/compiled.ts'
import { givenBy, lanesOf } from '../../support/program-meaning.ts'

/** A layer whose output is an expression of the token alone. */
const layerOf = (type: string, expression: string): string => `
fn halved<N>(x: vec<N>): vec<N> = let y = 0.5 * x in y * y
mixer token {
  dim K = 3, V = 2, n = 2
  input k, l, x: vec<K>
  input v: vec<V>
  input a, b: scalar
  input c: vec<K>[n]
  input M: mat<K, V>
  param u: vec<K>
  let m = a * k + l
  state S: mat<K, V>
  S[t] = S[t-1] + k @ v.T
  output o: ${type} = ${expression}
}`

const given = givenBy(5)

/** The numbers that an expression comes to, symbolically and by the reference. */
const both = (type: string, expression: string): readonly [readonly number[], readonly number[]] => {
  const layer = readLayer(layerOf(type, expression))
  const dims = sizesOf(layer)
  const scope: Scope = {
    layer,
    dims,
    variables: new Map(),
    locals: new Map(),
    lets: new Map(),
    state: () => {
      throw new Error('no state here')
    },
  }
  const value = evaluate(layer.outputs[0].value, scope)
  if (value.kind !== 'lanes') throw new Error('not lanes')
  const lanes = lanesOf(value.value, given)
  const size = value.rows * value.cols
  const symbolic = Array.from({ length: size }, (_, i) => (lanes.length === 1 ? lanes[0] : lanes[i]))
  const sizes: Record<string, number> = { v: 2, a: 1, b: 1, c: 6, M: 6 }
  const token = (name: string): number[] => [...given(name).slice(0, sizes[name] ?? 3)]
  const inputs = Object.fromEntries(layer.inputs.map(({ name }) => [name, [token(name)]]))
  const { outputs } = prepare(layer, dims, float64)({ length: 1, inputs, params: { u: token('u') } })
  return [symbolic, outputs.o[0]]
}

test.each([
  ['scalar', '1.5'],
  ['scalar', 'K + 0.5'],
  ['scalar', 'a^3 - b^-2 + 2^0.5 + a^0'],
  ['scalar', '(a + 2)^0.5 + (a + 2)^b'],
  ['scalar', '(a + 5) % 2'],
  ['scalar', 'where(a < b && !(a == b) || a >= 3, a, b)'],
  ['scalar', 'sum(k * l) + mean(k) + norm(k) + dot(k, x)'],
  ['scalar', 'max(k) - min(l) + argmax(x)'],
  ['scalar', 'max(a, b) * min(a, 2 * b)'],
  ['scalar', 'k.T @ l'],
  ['scalar', 'k[1] * v[0] + c[1][2]'],
  ['scalar', 'sum(i in 0..n: i * (c[i].T @ k))'],
  ['scalar', 'max(i in 0..n: c[i].T @ k)'],
  ['scalar', 'sum(i in 2..n: a)'],
  ['vec<K>', 'a * k + l / 2 - u'],
  ['vec<K>', 'm * m'],
  ['vec<K>', 'halved(k)'],
  ['vec<K>', 'where(k > 0, k + 1, exp(k))'],
  ['vec<K>', 'softmax(k + a)'],
  ['vec<K>', 'cumsum(k * l)'],
  ['vec<K>', 'topk_mask(k, 2)'],
  ['vec<K>', 'onehot(1, K)'],
  ['vec<K>', 'onehot(argmax(k), K) * x'],
  ['vec<K>', 'sigmoid(k) * tanh(l) + softplus(x) - silu(k) + elu(l) + relu(x)'],
  ['vec<K>', 'abs(sin(k)) + cos(l)'],
  ['vec<K>', 'exp(k - max(k)) / sum(exp(k - max(k)))'],
  ['vec<K>', 'M @ v'],
  ['vec<K>', '(M @ M.T) @ k'],
  ['vec<V>', 'M.T @ (a * k)'],
  ['vec<K>', '(k @ l.T) @ x - diag(k) @ l + I @ x'],
  ['vec<K>', 'c[0] - c[1]'],
  ['vec<K + V>', 'concat(k, v)'],
  ['vec<2>', 'slice(k, 1, 3)'],
  ['vec<K * V>', 'outer_flat(k, v)'],
  ['vec<n>', 'concat(j in 0..n: c[j].T @ k)'],
  ['vec<K>', '-(k + 1)'],
  ['vec<K>', 'pow(k * k + 1, b)'],
])('%s: %s means what the reference says', (type, expression) => {
  const [symbolic, meant] = both(type, expression)
  expect(symbolic).toHaveLength(meant.length)
  symbolic.forEach((x, i) => expect(x).toBeCloseTo(meant[i], 10))
})

test('equal values are equal however they are written', () => {
  const keyOf = (expression: string): string => {
    const layer = readLayer(layerOf('vec<K>', expression))
    const scope = { layer, dims: sizesOf(layer), variables: new Map(), locals: new Map(), lets: new Map() }
    const value = evaluate(layer.outputs[0].value, { ...scope, state: () => undefined as never })
    return value.kind === 'lanes' ? P.keyOf(value.value) : ''
  }
  expect(keyOf('a * (k + l)')).toBe(keyOf('l * a + a * k'))
  expect(keyOf('k / norm(k)')).toBe(keyOf('k * (1 / sum(k * k)^0.5)'))
  expect(keyOf('exp(a) * exp(b) * k')).toBe(keyOf('k * exp(b + a)'))
  expect(keyOf('(k @ l.T) @ x')).toBe(keyOf('(x.T @ l) * k'))
  expect(keyOf('m - l')).toBe(keyOf('a * k'))
})

test('an index is a number that does not depend on the token', () => {
  const layer = readLayer(layerOf('scalar', 'k[1]'))
  const expr = layer.outputs[0].value
  if (expr.kind !== 'component') throw new Error('not a component')
  const scope = {
    layer,
    dims: sizesOf(layer),
    variables: new Map(),
    locals: new Map(),
    lets: new Map(),
  } as never
  expect(indexOf(expr.index, scope)).toBe(1)
  expect(() => indexOf(expr.value, scope)).toThrow(Refusal)
})

test.each([
  ['scalar', 'pos', /position of a token/],
  ['vec<K>', 'k[t-1]', /earlier token/],
  ['scalar', 'sum(s in t-2..t+1: k[s].T @ l)', /sums over tokens/],
  ['vec<K>', 'solve(k @ l.T + I, x)', /solve/],
  ['scalar', 'norm(tanh(M) @ v)', /functions of whole matrices/],
])('%s: %s is refused with the reason', (type, expression, reason) => {
  const layer = readLayer(layerOf(type, expression))
  const result = normalize(layer, sizesOf(layer))
  if (result.kind !== 'refused') throw new Error('not refused')
  expect(result.diagnostics[0].code).toBe('form-not-available')
  expect(result.diagnostics[0].message).toMatch(reason)
  expect(result.diagnostics[0].span).toBeDefined()
})
