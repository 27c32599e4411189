import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mix } from '../../support/terminal.ts'
import { fixtures } from '../fixtures.ts'

const { write } = fixtures()
const untidy = 'mixer   a {input x:scalar\n\n\n\n output o:scalar=x}'
const tidy = 'mixer a {\n  input x: scalar\n\n  output o: scalar = x\n}\n'

test('a file is laid out in place, once', async () => {
  const path = write('untidy.mix', untidy)
  expect(await mix('fmt', path)).toEqual({ code: 0, said: path, warned: '' })
  expect(readFileSync(path, 'utf8')).toBe(tidy)
  expect(await mix('fmt', path)).toEqual({ code: 0, said: '', warned: '' })
})

test('--check changes nothing', async () => {
  const path = write('check.mix', untidy)
  expect(await mix('fmt', '--check', path)).toMatchObject({ code: 1, said: expect.stringContaining(path) })
  expect(readFileSync(path, 'utf8')).toBe(untidy)
  expect(await mix('fmt', '--check', write('tidy.mix', tidy))).toMatchObject({ code: 0 })
})

test('a file with errors is left alone', async () => {
  const path = write('broken.mix', 'mixer a { let x = ')
  expect(await mix('fmt', path)).toMatchObject({ code: 1, warned: expect.stringContaining('error[') })
  expect(readFileSync(path, 'utf8')).toBe('mixer a { let x = ')
})

test('the library is laid out as fmt does it', async () => {
  expect(await mix('fmt', '--check', 'stdlib')).toEqual({ code: 0, said: '', warned: '' })
})
