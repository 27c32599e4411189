import { expect, test } from 'vitest'
import { fail, printBytes, printShape, RuntimeError } from '../../runtime/errors.ts'

test('an error has a code and a sentence', () => {
  expect(() => fail('device-lost', 'it is gone')).toThrow(RuntimeError)
  expect(() => fail('device-lost', 'it is gone')).toThrow(
    expect.objectContaining({ code: 'device-lost', message: 'it is gone', name: 'RuntimeError' }),
  )
})

test('shapes and bytes for people', () => {
  expect(printShape([2, 'T', 4])).toBe('[2, T, 4]')
  expect(printShape([])).toBe('[]')
  expect([0, 999, 1000, 1500, 134_217_728, 2 ** 31].map(printBytes)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '1.5 kB',
    '134.2 MB',
    '2.147 GB',
  ])
})
