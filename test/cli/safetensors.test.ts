import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  asFloat32,
  asFloat64,
  asIntegers,
  isDiagnostic,
  readSafetensors,
  storedTensor,
  writeSafetensors,
} from '../../cli/safetensors.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mix-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const tensors = new Map([
  ['q', storedTensor(Float32Array.of(1, 2, 3, 4), [2, 2])],
  ['exact', storedTensor(Float64Array.of(0.1), [])],
  ['cu_seqlens', storedTensor(Int32Array.of(0, 3, 5), [3])],
  ['long', storedTensor(BigInt64Array.of(0n, -5n), [2])],
])

test('what is written is read', () => {
  const path = join(folder, 'a.safetensors')
  expect(writeSafetensors(path, tensors, new Map([['by', 'test']]))).toBeUndefined()
  const found = readSafetensors(path)
  if (isDiagnostic(found)) throw new Error(found.message)
  expect([...asFloat32(found.tensors.get('q')!)!]).toEqual([1, 2, 3, 4])
  expect([...asFloat64(found.tensors.get('exact')!)!]).toEqual([0.1])
  expect([...asIntegers(found.tensors.get('cu_seqlens')!)!]).toEqual([0, 3, 5])
  expect([...asIntegers(found.tensors.get('long')!)!]).toEqual([0, -5])
  expect(asFloat32(found.tensors.get('long')!)).toBeUndefined()
  expect(asIntegers(found.tensors.get('q')!)).toBeUndefined()
  expect(found.metadata).toEqual(new Map([['by', 'test']]))
  expect(readdirSync(folder)).toEqual(['a.safetensors'])
})

test.each([
  ['missing', 'there is no such file or folder'],
  ['.', 'it is not a file'],
  ['file/below', 'a part of the path is not a folder'],
  ['zero\0byte', 'a path holds no zero byte'],
])('%j is not read', (name, reason) => {
  writeFileSync(join(folder, 'file'), '')
  const path = `${folder}/${name}`
  expect(readSafetensors(path)).toMatchObject({
    code: 'file-unreadable',
    message: `${path} cannot be read: ${reason}`,
  })
})

test('a damaged file is named', () => {
  const path = join(folder, 'bad')
  writeFileSync(path, 'hello world')
  expect(readSafetensors(path)).toMatchObject({
    code: 'safetensors-damaged',
    severity: 'error',
    message: expect.stringContaining('is no valid safetensors file: its header should have'),
  })
})

test.each([
  ['no/such/folder', 'there is no such file or folder'],
  ['there', 'it is a folder'],
  ['zero\0byte', 'a path holds no zero byte'],
  ['x'.repeat(300), 'the name is too long'],
])('%j is not written', (name, reason) => {
  mkdirSync(join(folder, 'there'))
  const path = join(folder, name)
  expect(writeSafetensors(path, tensors)).toMatchObject({
    code: 'file-unwritable',
    message: `${path} cannot be written: ${reason}`,
  })
  expect(readdirSync(folder)).toEqual(['there'])
})

test.skipIf(process.getuid?.() === 0)('a folder that is not ours to write is left alone', () => {
  chmodSync(folder, 0o500)
  expect(writeSafetensors(join(folder, 'a'), tensors)?.message).toContain('permission denied')
  chmodSync(folder, 0o700)
})

test('a file that is there is replaced, through a link too', () => {
  const path = join(folder, 'a')
  writeFileSync(path, 'before')
  symlinkSync('a', join(folder, 'link'))
  expect(writeSafetensors(join(folder, 'link'), tensors)).toBeUndefined()
  expect(isDiagnostic(readSafetensors(path))).toBe(false)
  expect(readFileSync(path).length).toBeGreaterThan(40)
  expect(readdirSync(folder).sort()).toEqual(['a', 'link'])
})

test('a shape that does not fit its values is a fault of ours', () => {
  expect(() => storedTensor(Float32Array.of(1), [2])).toThrow('fault of Mix')
})
