import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clean, cut, display } from '../../diagnostics/display.ts'

test('a plain line is shown as it is', () => {
  expect(display('S[t]')).toEqual({ text: 'S[t]', columns: [0, 1, 2, 3, 4], width: 4 })
})

test('a tab goes to the next stop', () => {
  expect(display('a\tb').text).toBe('a   b')
  expect(display('\t\t').width).toBe(8)
})

test('a pair of surrogates has one place, a single one a substitute', () => {
  expect(display('𝛼b').columns).toEqual([0, 0, 1, 2])
  expect(display('\ud800').text).toBe('\ufffd')
})

test('a cut keeps marks on their letters', () => {
  expect(cut('xe\u0301y', 1, 2)).toBe('e\u0301')
  expect(cut('中文字', 2, 4)).toBe('文')
})

test('a message is one harmless line', () => {
  expect(clean('a\r\n  b\tc\u001b')).toBe('a b c␛')
})

test('the whole of a line, cut, is the line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (line) => {
      const { text, width, columns } = display(line)
      expect(cut(text, 0, width + 1)).toBe(text)
      expect(columns).toHaveLength(line.length + 1)
    }),
  )
})
