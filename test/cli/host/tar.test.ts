import { expect, test } from 'vitest'
import { readTar } from '../../../cli/host/tar.ts'

/** One file of an archive, as tar writes it. */
const entry = (name: string, content: string | Buffer, type = '0'): Buffer => {
  const bytes = Buffer.from(content)
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write(`${bytes.length.toString(8).padStart(11, '0')} `, 124)
  header.write(type, 156)
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}
const end = Buffer.alloc(1024)

test('regular files by name', () => {
  const files = readTar(
    Buffer.concat([
      entry('folder/', '', '5'),
      entry('./a', 'one'),
      entry('b', Buffer.alloc(512, 1)),
      entry('c', ''),
      end,
    ]),
  )
  expect([...files.keys()]).toEqual(['a', 'b', 'c'])
  expect(files.get('a')!.toString()).toBe('one')
  expect(files.get('b')!.length).toBe(512)
})

test('an archive that is cut short', () => {
  const whole = entry('a', 'x'.repeat(600))
  expect(() => readTar(whole.subarray(0, 700))).toThrow('damaged')
})

test('something else', () => {
  expect(() => readTar(Buffer.alloc(600, 0x41))).toThrow('damaged')
  expect(readTar(Buffer.alloc(0)).size).toBe(0)
})
