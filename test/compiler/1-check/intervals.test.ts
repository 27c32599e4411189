import { expect, test } from 'vitest'
import { boundsOf, intervalOf } from '../../../compiler/1-check/intervals.ts'
import { printInterval } from '../../../compiler/1-check/print.ts'
import { layerOf } from '../../support/layer.ts'

const interval = (expression: string): string => {
  const layer = layerOf(`mixer a {
    dim K = 4, n = 3
    input g: scalar in (-inf, 0]
    input b: scalar in [0, 2]
    input w: vec<K> in [0.5, 1)
    input x: scalar
    input k: vec<K>
    input u: vec<K> where norm(u) <= 1
    let twice = 2 * b
    output o: scalar = ${expression}
  }`)
  const found = intervalOf(layer.outputs[0].value, layer)
  return found ? printInterval(found) : 'anything'
}

test.each([
  ['b', '[0, 2]'],
  ['1 - b', '[-1, 1]'],
  ['exp(g)', '(0, 1]'],
  ['exp(-exp(x))', '(0, 1)'],
  ['sigmoid(x) * b', '[0, 2)'],
  ['tanh(x) - 1', '(-2, 0)'],
  ['-softplus(x)', '(-inf, 0)'],
  ['b ^ 2 + 1', '[1, 5]'],
  ['1 / (1 + b)', '[0.3333333333333333, 1]'],
  ['max(b, 1)', '[1, 2]'],
  ['min(b, x)', '(-inf, 2]'],
  ['abs(b - 1)', '[0, 1]'],
  ['where(x > 0, b, -1)', '[-1, 2]'],
  ['w[0]', '[0.5, 1)'],
  ['sum(j in 0..3: b)', '[0, 6]'],
  ['mean(w)', '[0.5, 1)'],
  ['norm(u)', '[0, 1]'],
  ['u.T @ u', '[-1, 1]'],
  ['cos(x) + 1', '[0, 2]'],
  ['K', '[1, inf)'],
  ['K ^ -0.5', '(0, 1]'],
  ['softmax(k)[0]', '[0, 1]'],
  ['twice', '[0, 4]'],
  ['let y = b in y + 1', '[1, 3]'],
  ['relu(x)', '[0, inf)'],
  ['floor(b)', '[0, 2]'],
  ['x', 'anything'],
  ['1 / x', 'anything'],
  ['x % 3', '[-3, 3)'],
  ['(k / norm(k))[0]', '[-1, 1]'],
])('%s lies in %s', (expression, expected) => {
  expect(interval(expression)).toBe(expected)
})

test('before the first token everything is zero', () => {
  const layer = layerOf(`mixer a { dim K = 4 input w: vec<K> in [0.5, 1] output o: vec<K> = w[t-1] }`)
  expect(printInterval(intervalOf(layer.outputs[0].value, layer)!)).toBe('[0, 1]')
})

test('a value used twice is not certain to reach its ends', () => {
  const layer = layerOf(
    `mixer a { input b: scalar in [0, 1] output o: scalar = b - b output p: scalar = 1 - b }`,
  )
  expect(layer.outputs.map((o) => boundsOf(o.value, layer).exact)).toEqual([false, true])
})

test('what comes round to itself through earlier tokens is not known', () => {
  const layer = layerOf(`mixer a { state S: scalar S[t] = 0.5 * o[t-1] + 1 output o: scalar = S[t] }`)
  expect(intervalOf(layer.outputs[0].value, layer)).toBeUndefined()
})
