import { execFile } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { extractOnce } from '../../../cli/host/extract.ts'

const tarEntry = (name: string, bytes: Buffer): Buffer => {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write(bytes.length.toString(8).padStart(11, '0'), 124)
  header.write('0', 156)
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}

let folder: string
let archive: string
let root: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mix-test-'))
  archive = join(folder, 'a.tar.br')
  root = join(folder, 'cache', 'mix')
  const tar = Buffer.concat([
    tarEntry('driver.so', Buffer.alloc(300_000, 7)),
    tarEntry('driver.json', Buffer.from('{}')),
  ])
  writeFileSync(archive, brotliCompressSync(tar))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const files = ['driver.so', 'driver.json']
const extract = () => extractOnce(archive, 'driver', files, [root])

test('the files appear, and nothing else is left behind', () => {
  const place = extract()
  expect(readFileSync(join(place, 'driver.so')).length).toBe(300_000)
  expect(readFileSync(join(place, 'driver.json'), 'utf8')).toBe('{}')
  expect(readdirSync(root).length).toBe(1)
})

test('a second time unpacks nothing', () => {
  const place = extract()
  const before = statSync(join(place, 'driver.so')).ino
  expect(extract()).toBe(place)
  expect(statSync(join(place, 'driver.so')).ino).toBe(before)
})

test.each([
  ['a file is gone', (place: string) => rmSync(join(place, 'driver.json'))],
  ['a file is cut short', (place: string) => truncateSync(join(place, 'driver.so'), 1000)],
  ['the list is gone', (place: string) => rmSync(join(place, 'contents.json'))],
  ['the list is damaged', (place: string) => writeFileSync(join(place, 'contents.json'), '{')],
  [
    'the folder is empty',
    (place: string) => {
      rmSync(place, { recursive: true })
      mkdirSync(place)
    },
  ],
])('%s: it is unpacked again', (_, damage) => {
  damage(extract())
  const place = extract()
  expect(readFileSync(join(place, 'driver.so')).length).toBe(300_000)
  expect(readdirSync(root).length).toBe(1)
})

test('another archive goes to another folder', () => {
  const first = extract()
  writeFileSync(
    archive,
    brotliCompressSync(
      Buffer.concat([tarEntry('driver.so', Buffer.alloc(5)), tarEntry('driver.json', Buffer.alloc(1))]),
    ),
  )
  expect(extract()).not.toBe(first)
})

test('where one folder cannot be written the next is taken', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(extractOnce(archive, 'driver', files, [join(folder, 'file', 'x'), root])).toContain(root)
  expect(() => extractOnce(archive, 'driver', files, [join(folder, 'file', 'x')])).toThrow('MIX_CACHE_DIR')
})

test('an archive without the file', () => {
  expect(() => extractOnce(archive, 'driver', ['other'], [root])).toThrow('holds no other')
})

test('many processes at once', async () => {
  const program = `
    import { extractOnce } from ${JSON.stringify(resolve('cli/host/extract.ts'))}
    import { statSync } from 'node:fs'
    const place = extractOnce(${JSON.stringify(archive)}, 'driver', ${JSON.stringify(files)}, [${JSON.stringify(root)}])
    console.log(statSync(place + '/driver.so').size)
  `
  const script = join(folder, 'extract.mts')
  writeFileSync(script, program)
  const run = promisify(execFile)
  const runs = await Promise.all(
    Array.from({ length: 5 }, () =>
      run(process.execPath, ['--import', 'tsx', script], { cwd: resolve('.') }),
    ),
  )
  expect(runs.map(({ stdout }) => stdout.trim())).toEqual(Array(5).fill('300000'))
  expect(readdirSync(root).length).toBe(1)
})
