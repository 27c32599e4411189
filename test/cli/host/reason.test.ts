import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { reasonOf } from '../../../cli/host/reason.ts'

test('codes become words', () => {
  let error: unknown
  try {
    readFileSync('no such file')
  } catch (e) {
    error = e
  }
  expect(reasonOf(error)).toBe('there is no such file or folder')
})

test('what no memory holds', () => {
  for (const size of [2 ** 45, 2 ** 60])
    try {
      new Uint8Array(size)
      expect.unreachable()
    } catch (error) {
      expect(reasonOf(error)).toBe('it does not fit into memory')
    }
})

test('other errors say their first line', () => {
  expect(reasonOf(new Error('one\ntwo'))).toBe('one')
  expect(reasonOf('text')).toBe('text')
})
