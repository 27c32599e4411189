import { expect, test } from 'vitest'
import { checked, layerOf } from '../../support/layer.ts'

const members = 'dim K = 4, w = 3 input k: vec<K> param u: vec<w> state S: vec<K> S[t] = S[t-1] + k'
const time = (expression: string): unknown => {
  const { value } = layerOf(`mixer a { ${members} let l = k output o: vec<K> = ${expression} }`).outputs[0]
  return 'at' in value ? value.at : value
}
const reason = (expression: string): string => {
  const { diagnostics } = checked(`mixer a { ${members} let l = k output o: vec<K> = ${expression} }`)
  return diagnostics.map((d) => d.message).join('; ')
}

test('this token, an earlier one, the end', () => {
  expect(time('S[t]')).toEqual({ kind: 'now' })
  expect(time('S[t-1]')).toMatchObject({ kind: 'earlier', by: { kind: 'number', value: { numerator: 1n } } })
  expect(time('S[end]')).toEqual({ kind: 'end' })
  expect(time('l[t-w]')).toMatchObject({ kind: 'earlier', by: { kind: 'size' } })
  expect(time('k[t-w+w]')).toEqual({ kind: 'now' })
})

test('a step may be a loop variable', () => {
  expect(time('sum(n in 0..4: k[t-n])')).toMatchObject({
    body: { at: { kind: 'earlier', by: { kind: 'variable', name: 'n' } } },
  })
})

test('the token of a window', () => {
  expect(time('sum(s in t-2..t+1: k[s])')).toMatchObject({ body: { at: { kind: 'token', variable: 's' } } })
})

test('the distance of two tokens is a number', () => {
  expect(time('sum(s in t-w+1..t+1: u[t-s] * k[s])')).toMatchObject({
    body: { left: { kind: 'component', index: { kind: 'binary', op: '-' } } },
  })
})

test.each([
  ['S[t-2]', 'not at others'],
  ['S[t-w]', 'not at others'],
  ['k[t+1]', 'look ahead'],
  ['sum(n in 0..4: k[t+n])', 'look ahead'],
  ['k[end]', 'only a state is read at the end'],
  ['k[2*t]', 'named by t'],
  ['S[end-1]', 'only `end` itself'],
  ['sum(s in t-2..t+1: k[s-1])', 'at the token of the sum'],
  ['sum(s in t-2..t+1: S[s])', 'earlier states are not kept'],
])('%s is refused', (expression, expected) => {
  expect(reason(expression)).toContain(expected)
})
