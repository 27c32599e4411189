import { expect, test } from 'vitest'
import { check } from '../../compiler/1-check/index.ts'
import type * as ast from '../../grammar/ast.ts'
import { parse, parseBindings } from '../../grammar/parse.ts'
import { bind } from '../../proof/bindings.ts'
import { equivalent, type Equivalence } from '../../proof/equivalent.ts'

const read = (text: string) => {
  const { file, diagnostics } = parse({ name: '<test>', text })
  const { layers, diagnostics: found } = check(file, () => undefined)
  expect([...diagnostics, ...found].filter((d) => d.severity === 'error')).toEqual([])
  const mixer = file.items.find((item): item is ast.Mixer => item.kind === 'mixer')!
  return { file, mixer, layer: layers[0] }
}

const compare = (a: string, b: string, where = ''): Equivalence => {
  const [left, right] = [read(a), read(b)]
  if (where === '') return equivalent(left.layer, right.layer)
  const { bindings } = parseBindings({ name: '<where>', text: where })
  const { layer, diagnostics } = bind(left.file, left.mixer, bindings, () => undefined)
  expect(diagnostics).toEqual([])
  return equivalent(left.layer, right.layer, { bindings: layer })
}

/** One gated layer, with its update and its output as given. */
const gated = (update: string, output = 'S[t].T @ q', more = ''): string => `
  mixer m {
    dim K = 64, V = 64
    input q, k: vec<K>
    input v: vec<V>
    input g: scalar in (-inf, 0]
    input b, x: scalar
    ${more}
    state S: mat<K, V>
    S[t] = ${update}
    output o: vec<V> = ${output}
  }`
const ungated = gated('S[t-1] + x * k @ v.T')
const factor = (f: string): string => gated(`${f} * S[t-1] + k @ v.T`)

const same: readonly (readonly [string, string, string])[] = [
  ['sigmoid is 1 / (1 + exp(-x))', factor('sigmoid(x)'), factor('(1 / (1 + exp(-x)))')],
  ['a power of a sum', factor('exp(g + x)'), factor('(exp(g) * exp(x))')],
  ['exp of the log of a gate', factor('exp(logsigmoid(x))'), factor('sigmoid(x)')],
  ['a root of a gate', factor('exp(logsigmoid(x) / 16)'), factor('sigmoid(x)^0.0625')],
  ['softplus', factor('exp(-softplus(x))'), factor('(1 - sigmoid(x))')],
  ['tanh', factor('tanh(x)'), factor('(2 * sigmoid(2 * x) - 1)')],
  ['silu', factor('silu(x)'), factor('(x * sigmoid(x))')],
  ['an exponential in an exponent', factor('exp(-exp(x + g))'), factor('exp(-(exp(x) * exp(g)))')],
  ['the larger of two', factor('max(x, b)'), factor('((x + b + abs(x - b)) / 2)')],
  ['a norm', factor('(1 / norm(k))'), factor('dot(k, k)^-0.5')],
  ['a relu', factor('relu(x)'), factor('where(x > 0, x, 0)')],
  [
    'the delta rule, distributed',
    gated('exp(g) * (I - b * k @ k.T) @ S[t-1] + b * k @ v.T'),
    gated('exp(g) * S[t-1] + b * k @ (v - (exp(g) * S[t-1]).T @ k).T'),
  ],
  ['a scalar moved past a read', ungated, gated('S[t-1] + k @ w.T', undefined, 'let w = v * x')],
  ['softmax, without its maximum', factor('softmax(k)[0]'), factor('(exp(k[0]) / sum(exp(k)))')],
]
test.each(same)('equal: %s', (_, a, b) => {
  expect(compare(a, b)).toMatchObject({ equal: true, rounds: 3, sameStates: true })
})

const different: readonly (readonly [string, string, string])[] = [
  ['nine digits of a factor', factor('exp(g)'), factor('(exp(g) * 1.000000001)')],
  ['a decay that is missing', factor('exp(g)'), ungated],
  ['a sign', factor('abs(x)'), factor('x')],
  ['a branch', factor('where(x > 0, x, 0)'), factor('x')],
  ['sine and cosine', factor('sin(x)'), factor('cos(x)')],
  ['before and after the write', gated('S[t-1] + k @ v.T'), gated('S[t-1] + k @ v.T', 'S[t-1].T @ q')],
  ['the order of decay and read', gated('exp(g) * (I - b * k @ k.T) @ S[t-1] + b * k @ v.T'), gated('exp(g) * S[t-1] + b * k @ (v - S[t-1].T @ k).T')],
  ['the keys of two tokens', gated('S[t-1] + k @ v.T'), gated('S[t-1] + k[t-1] @ v.T')],
] // prettier-ignore
test.each(different)('different: %s', (_, a, b) => {
  const found = compare(a, b)
  expect(found.equal).toBe(false)
  expect(found.reason).toMatch(/^the output o differs at token \d$/)
})

const gla = `
  mixer gla {
    dim K = 64, V = 64
    input q, k, g: vec<K>
    input v: vec<V>
    state S: mat<K, V>
    S[t] = diag(exp(g)) @ S[t-1] + k @ v.T
    output o: vec<V> = S[t].T @ q
  }`
const retnet = `
  mixer retnet {
    dim D = 64, E = 64
    input q, k: vec<D>
    input v: vec<E>
    param gamma: scalar in (0, 1]
    state M: mat<D, E>
    M[t] = gamma * M[t-1] + k @ v.T
    output y: vec<E> = M[t].T @ q
  }`

test('a binding of inputs: RetNet is GLA with a constant gate', () => {
  const found = compare(retnet, gla, 'g = log(gamma)')
  expect(found).toMatchObject({ equal: true, sameStates: false, reason: 'equal: y = o, from a zero state' })
  expect(compare(retnet, gla, 'g = gamma').equal).toBe(false)
  expect(compare(retnet, gla, 'g = log(gamma), q = 2 * q').equal).toBe(false)
})

test('an input that nothing is bound to is said', () => {
  expect(compare(retnet, gla).reason).toBe('nothing in retnet says what g of gla is')
})

test('a param cannot be bound to what varies', () => {
  expect(compare(gla, retnet, 'gamma = sum(exp(g))').reason).toMatch('varies from token to token')
})

test('sizes and outputs that do not fit', () => {
  const square = gla
    .replace('V = 64', 'V = 64')
    .replaceAll('vec<V>', 'vec<K>')
    .replace('mat<K, V>', 'mat<K, K>')
  expect(compare(gla, square)).toMatchObject({ equal: false, reason: expect.stringMatching('has a size') })
  const two = gla.replace('output o', 'output p: vec<V> = v\n    output o')
  expect(compare(gla, two).reason).toMatch('number of outputs')
})
