import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeWhole } from '../../../cli/host/write-whole.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mix-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('parts come one after another', () => {
  const path = join(folder, 'a')
  expect(writeWhole(path, [Buffer.from('on'), Buffer.alloc(0), Buffer.from('e')])).toBeUndefined()
  expect(readFileSync(path, 'utf8')).toBe('one')
})

test('where writing fails half-way the old file is still there, and no other', () => {
  const path = join(folder, 'a')
  writeFileSync(path, 'before')
  const broken = { length: 5 } as Uint8Array
  expect(writeWhole(path, [Buffer.from('half'), broken])).toEqual(expect.any(String))
  expect(readFileSync(path, 'utf8')).toBe('before')
  expect(readdirSync(folder)).toEqual(['a'])
})

test.skipIf(!existsSync('/dev/full'))('a device is not replaced', () => {
  expect(writeWhole('/dev/full', [Buffer.from('x')])).toBe('it is not a file')
})
