import { expect, test } from 'vitest'
import { factsOf } from '../../../compiler/2-normalize/facts.ts'
import { normalize } from '../../../compiler/2-normalize/index.ts'
import { layerOf } from '../../support/layer.ts'

/** The facts of a layer with one state and this update. */
const facts = (update: string, more = '') => {
  const layer = layerOf(`mixer a {
    dim K = 4, V = 3
    input q, k: vec<K>
    input v: vec<V>
    ${more}
    state S: mat<K, V>
    S[t] = ${update}
    output o: vec<V> = S[t].T @ q
  }`)
  const normal = normalize(layer, { K: 4, V: 3 })
  if (normal.kind === 'refused') throw new Error(normal.diagnostics[0].message)
  return factsOf(normal.program)[0]
}

test('without a decay and a read the transition is the identity', () => {
  expect(facts('S[t-1] + k @ v.T')).toMatchObject({
    state: 'S',
    K: 4,
    V: 3,
    transposed: false,
    transition: 'identity',
    rank: 0,
    writes: 1,
    tied: false,
  })
})

test('a decay has a width, a form, and varies or not', () => {
  expect(facts('exp(g) * S[t-1] + k @ v.T', 'input g: scalar in (-inf, 0]')).toMatchObject({
    transition: 'scalar',
    key: { width: 'scalar', form: 'log', varies: true },
    className: 'data-dependent scalar decay',
  })
  expect(facts('diag(w) @ S[t-1] + k @ v.T', 'param w: vec<K> in [0, 1]')).toMatchObject({
    transition: 'diagonal',
    key: { width: 'vector', form: 'plain', varies: false },
    className: 'time-invariant diagonal decay',
  })
  expect(facts('S[t-1] @ diag(e) + k @ v.T', 'input e: vec<V> in [0, 1]')).toMatchObject({
    transition: 'diagonal',
    key: undefined,
    value: { width: 'vector', varies: true },
  })
})

test('a correction is tied where it is written at the key of its read', () => {
  const beta = 'input beta: scalar in [0, 1]\n input p: vec<K>'
  expect(facts('S[t-1] + beta * k @ (v - S[t-1].T @ k).T', beta)).toMatchObject({
    className: 'delta rule',
    transition: 'IPLR',
    rank: 1,
    factors: 1,
    tied: true,
  })
  expect(facts('S[t-1] + beta * k @ (v - S[t-1].T @ p).T', beta)).toMatchObject({
    transition: 'IPLR',
    rank: 1,
    factors: 0,
    tied: false,
  })
})

test('several corrections in one token are a product of so many factors', () => {
  const more = 'input x: vec<K>[2]\n input beta: scalar in [0, 1]\n input g: scalar in (-inf, 0]'
  const update = 'fold X = exp(g) * S[t-1] for j in 0..2: (I - beta * x[j] @ x[j].T) @ X + x[j] @ v.T'
  expect(facts(update, more)).toMatchObject({
    className: 'gated product of 2 delta rules',
    transition: 'scalar plus low rank',
    rank: 2,
    factors: 2,
  })
})

test('a correction from the right is one of the transposed state', () => {
  expect(facts('S[t-1] @ (I - v @ v.T) + k @ v.T')).toMatchObject({ transposed: true, K: 3, V: 4, rank: 1 })
})
