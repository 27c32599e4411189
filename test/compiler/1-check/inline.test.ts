import { expect, test } from 'vitest'
import { print } from '../../../compiler/1-check/index.ts'
import { checked, layerOf } from '../../support/layer.ts'

const value = (functions: string, expression: string, type = 'vec<K>'): string => {
  const printed = print(
    layerOf(
      `${functions} mixer a { dim K = 4, V = 3 input k, q: vec<K> input v: vec<V> output o: ${type} = ${expression} }`,
    ),
  )
  return printed.slice(printed.indexOf('output o: ')).split(' = ').slice(1).join(' = ')
}
const problems = (functions: string, expression: string): readonly string[] =>
  checked(
    `${functions} mixer a { dim K = 4, V = 3 input k: vec<K> input v: vec<V> input c: complex vec<K> output o: vec<K> = ${expression} }`,
  ).diagnostics.map((d) => d.code)

test('a plain argument stands in place of the parameter', () => {
  expect(value('fn f<N>(x: vec<N>): vec<N> = x * x', 'f(k)')).toBe('k * k')
})

test('any other argument is computed once, under a name of its own', () => {
  const f = 'fn f<N>(x: vec<N>): vec<N> = x * x'
  expect(value(f, 'f(k + 1)')).toBe('let x = k + 1 in x * x')
  expect(value(f, 'f(k + 1) + f(k + 2)')).toBe('(let x = k + 1 in x * x) + (let x_2 = k + 2 in x_2 * x_2)')
})

test('a name of the caller is not captured', () => {
  expect(value('fn f<N>(x: vec<N>): vec<N> = let k = 2 in k * x', 'f(k)')).toBe('let k_2 = 2 in k_2 * k')
})

test('sizes follow from the arguments, also in slices and numbers', () => {
  expect(value('fn half<N>(x: vec<2*N>): vec<N> = slice(x, 0, N) / N', 'half(concat(k, k))')).toContain(
    'slice(x, 0, K) / K',
  )
  expect(problems('fn half<N>(x: vec<2*N>): vec<N> = slice(x, 0, N)', 'half(k)')).toEqual(['shape-mismatch'])
  expect(value('fn f<N>(x: vec<2*N>, y: vec<N>): vec<N> = y', 'f(concat(k, k), k)')).toContain('k')
})

test('functions call functions', () => {
  expect(value('fn f(x: scalar): scalar = x + 1 fn g(x: scalar): scalar = f(f(x))', 'g(2) * k')).toBe(
    '(let x = 2 + 1 in x + 1) * k',
  )
})

test('a function of scalars applies to each component, a reduction does not', () => {
  expect(value('fn f(x: scalar, y: scalar): scalar = max(x, y) ^ 2', 'f(k, 0.5)')).toBe('max(k, 0.5) ^ 2')
  expect(problems('fn f(x: scalar): scalar = sum(x)', 'f(k)')).toEqual(['shape-mismatch'])
  expect(problems('fn f(x: scalar, y: scalar): scalar = x + y', 'f(k, v)')).toEqual(['shape-mismatch'])
})

test('a scalar stands for a vector of which the size is known', () => {
  expect(value('fn f<N>(x: vec<N>, y: vec<N>): vec<N> = x + cumsum(y)', 'f(k, 1)')).toContain(
    'concat(j in 0..K: 1)',
  )
  expect(value('fn zero<N>(x: vec<N>): vec<N> = 0', 'zero(k)')).toBe('concat(j in 0..K: 0)')
})

test('a function sees nothing of the mixer', () => {
  expect(problems('fn f(x: scalar): scalar = x + K', 'f(1) * k')).toEqual(['unknown-name'])
})

test('a real is no complex parameter’s trouble, a complex is a real one’s', () => {
  expect(value('fn f<N>(x: complex vec<N>): vec<N> = re(x)', 'f(k)')).toBe('re(k)')
  expect(problems('fn f<N>(x: vec<N>): vec<N> = x', 'f(c)')).toEqual(['complex-value'])
})

test('a function may not come round to itself', () => {
  expect(problems('fn f(x: scalar): scalar = g(x) fn g(x: scalar): scalar = f(x)', 'f(1) * k')).toContain(
    'recursive-function',
  )
})

test('the number of arguments, and the call that has another', () => {
  expect(problems('fn f(x: scalar): scalar = x', 'f(1, 2) * k')).toEqual(['wrong-arity'])
})
