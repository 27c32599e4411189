import fc from 'fast-check'
import { expect, test } from 'vitest'
import { infinityLiteral, realLiteral } from '../../../../compiler/5-emit/wgsl/literal.ts'
import { parseRational } from '../../../../compiler/rational.ts'

test.each([
  ['0', '0.0f'],
  ['1', '1.0f'],
  ['-2.5', '(-2.5f)'],
  ['0.1', '0.1f'],
  ['1e-5', '0.00001f'],
  ['123456789', '123456790.0f'],
  ['1e30', '1e+30f'],
  ['1e39', '3.402823466e+38f'],
  ['-1e400', '(-3.402823466e+38f)'],
  ['1e-60', '0.0f'],
])('%s is written %s', (value, text) => {
  expect(realLiteral(parseRational(value))).toBe(text)
})

test('infinities are the ends of the finite numbers', () => {
  expect(infinityLiteral(1)).toBe('3.402823466e+38f')
  expect(infinityLiteral(-1)).toBe('(-3.402823466e+38f)')
})

test('every float is written so that it reads back the same', () => {
  fc.assert(
    fc.property(fc.float({ noDefaultInfinity: true, noNaN: true }), (value) => {
      const text = realLiteral(parseRational(Math.abs(value).toString()))
      expect(text).toMatch(/^[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?f$/)
      expect(Math.fround(Number(text.slice(0, -1)))).toBe(Math.abs(value))
    }),
  )
})
