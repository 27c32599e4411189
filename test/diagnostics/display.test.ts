import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clean, display } from '../../diagnostics/display.ts'

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

test('a message is one harmless line', () => {
  expect(clean('a\r\n  b\tc\u001b')).toBe('a b c␛')
})

test('every offset has a column, and columns never go back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (line) => {
      const { columns, width } = display(line)
      expect(columns).toHaveLength(line.length + 1)
      expect([...columns].sort((a, b) => a - b)).toEqual(columns)
      expect(columns[line.length]).toBe(width)
    }),
  )
})
