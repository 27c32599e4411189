import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineOf, lineStarts, lineText, offsetOf, positionOf } from '../../diagnostics/lines.ts'

const source = (text: string) => ({ name: 'a.mix', text })

test('line breaks of all three kinds end a line', () => {
  const s = source('a\nbc\r\nd\re')
  expect(lineStarts(s)).toEqual([0, 2, 6, 8])
  expect([1, 2, 3, 4].map((line) => lineText(s, line))).toEqual(['a', 'bc', 'd', 'e'])
})

test('a byte-order mark has no column', () => {
  const s = source('\ufeffmixer')
  expect(positionOf(s, 0)).toEqual({ line: 1, column: 1 })
  expect(positionOf(s, 1)).toEqual({ line: 1, column: 1 })
  expect(positionOf(s, 2)).toEqual({ line: 1, column: 2 })
  expect(lineText(s, 1)).toBe('mixer')
})

test('columns count characters', () => {
  const s = source('let 𝛼 = β')
  expect(positionOf(s, s.text.indexOf('=')).column).toBe(7)
  expect(offsetOf(s, { line: 1, column: 7 })).toBe(s.text.indexOf('='))
})

test('the end of the text is a place', () => {
  expect(positionOf(source('a\n'), 2)).toEqual({ line: 2, column: 1 })
  expect(positionOf(source(''), 0)).toEqual({ line: 1, column: 1 })
  expect(positionOf(source('ab'), 99)).toEqual({ line: 1, column: 3 })
  expect(offsetOf(source('ab\ncd'), { line: 9, column: 9 })).toBe(5)
})

test('offset and place go back and forth', () => {
  const text = fc
    .array(fc.constantFrom('a', '\n', '\r\n', 'é', '中', '𝛼', ' '))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.nat(), (value, n) => {
      const s = source(value)
      const starts = [...lineStarts(s), value.length]
      const offset = starts[n % starts.length]
      expect(offsetOf(s, positionOf(s, offset))).toBe(offset)
      expect(lineStarts(s)[lineOf(s, offset) - 1]).toBeLessThanOrEqual(offset)
    }),
  )
})
