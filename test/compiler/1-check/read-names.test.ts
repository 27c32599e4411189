import { expect, test } from 'vitest'
import { checked, layerOf } from '../../support/layer.ts'

const members =
  'dim K = 4, n = 2 input k: vec<K> input m: mat<K, K> input b: scalar[n] param u: vec<K>[n] state S: vec<K>[n] for j in 0..n { S[j][t] = k }'
const value = (expression: string): unknown =>
  layerOf(`mixer a { ${members} let found = ${expression} output o: scalar = 1 }`).lets[0].value
const problems = (expression: string): readonly string[] =>
  checked(`mixer a { ${members} let found = ${expression} output o: scalar = 1 }`).diagnostics.map(
    (d) => d.code,
  )

test('a component of a vector, by a constant, a loop variable, or a whole value', () => {
  expect(value('k[2]')).toMatchObject({ kind: 'component', index: { kind: 'number' } })
  expect(value('sum(j in 0..K: k[j])')).toMatchObject({
    body: { kind: 'component', index: { kind: 'variable' } },
  })
  expect(value('k[argmax(k)]')).toMatchObject({ kind: 'component', index: { kind: 'call' } })
  expect(value('k[K - 1]')).toMatchObject({ kind: 'component', index: { kind: 'size' } })
})

test('an element of an array, and a component of it', () => {
  expect(value('b[1]')).toMatchObject({ kind: 'input', name: 'b', element: { kind: 'number' } })
  expect(value('u[0][3]')).toMatchObject({
    kind: 'component',
    value: { kind: 'param', element: { kind: 'number' } },
  })
  expect(value('S[1][t]')).toMatchObject({ kind: 'state', at: { kind: 'now' }, element: { kind: 'number' } })
  expect(value('S[1][t][2]')).toMatchObject({ kind: 'component', value: { kind: 'state' } })
})

test('this token is what a name without an index means', () => {
  expect(value('k')).toMatchObject({ kind: 'input', at: { kind: 'now' } })
})

test('the index of the token, unless something else has that name', () => {
  expect(value('pos')).toMatchObject({ kind: 'position' })
  const layer = layerOf('mixer a { input pos: scalar output o: scalar = pos }')
  expect(layer.outputs[0].value).toMatchObject({ kind: 'input', name: 'pos' })
})

test.each([
  ['k[4.5]', 'not-whole'],
  ['k[k[0]]', 'not-whole'],
  ['k[K]', 'index-out-of-range'],
  ['k[-1]', 'index-out-of-range'],
  ['sum(j in 0..K: k[j + 1])', 'index-out-of-range'],
  ['m[0]', 'not-indexable'],
  ['k[0][0]', 'not-indexable'],
  ['b', 'array-index'],
  ['S[t]', 'array-index'],
  ['S[0]', 'state-without-time'],
  ['u[t][0]', 'time-index'],
  ['k[t][t-1]', 'time-index'],
  ['(k + k)[t-1]', 'time-index'],
  ['kk', 'unknown-name'],
])('%s is refused: %s', (expression, expected) => {
  expect(problems(expression)).toEqual([expected])
})

test('a state without a token comes with a fix', () => {
  const [found] = checked('mixer a { state s: scalar s[t] = s + 1 output o: scalar = s[t] }').diagnostics
  expect(found.fix?.edits[0].text).toBe('[t-1]')
})

test('a name that is a function is told so', () => {
  const [found] = checked('fn f(x: scalar): scalar = x mixer a { output o: scalar = f }').diagnostics
  expect(found.help).toContain('f is a function')
})
