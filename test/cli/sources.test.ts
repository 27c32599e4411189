import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fileArgument, filesOf, load, openMixer, readSource, stdlibNames } from '../../cli/sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'mix-sources-'))
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content)
  return at(name)
}
const codes = (path: string): readonly string[] => load(path).diagnostics.map(({ code }) => code)

const mixer = 'mixer a {\n  input x: scalar\n  output o: scalar = x\n}\n'

test('a byte-order mark and line ends of any kind are no matter', () => {
  expect(codes(write('plain.mix', mixer))).toEqual([])
  expect(codes(write('bom.mix', `\ufeff${mixer}`))).toEqual([])
  expect(codes(write('crlf.mix', mixer.replaceAll('\n', '\r\n')))).toEqual([])
  expect(codes(write('cr.mix', mixer.replaceAll('\n', '\r')))).toEqual([])
  expect(codes(write('empty.mix', ''))).toEqual([])
})

test('what cannot be read is a diagnostic', () => {
  expect(codes(at('nowhere.mix'))).toEqual(['file-unreadable'])
  expect(codes(folder)).toEqual(['file-unreadable'])
  expect(codes('')).toEqual(['file-unreadable'])
  expect(codes(`${folder}/a\0b.mix`)).toEqual(['file-unreadable'])
  expect(codes(write('large.mix', ' '.repeat(5e6)))).toEqual(['file-unreadable'])
  expect(
    codes(
      write(
        'binary.mix',
        Uint8Array.from({ length: 256 }, (_, i) => i),
      ),
    ),
  ).toEqual(['not-text'])
  expect(codes(write('zeros.mix', new Uint8Array(100)))).toEqual(['not-text'])
  expect(codes(write('latin1.mix', Uint8Array.from([0x2f, 0x2f, 0xe9, 0x0a])))).toEqual(['not-text'])
})

test('a name that is nearly right is offered', () => {
  write('layer.mix', mixer)
  expect(readSource(at('leyer.mix'))).toMatchObject({ help: `did you mean ${at('layer.mix')}?` })
  expect(readSource('gated_deltanet')).toMatchObject({
    help: 'did you mean gated_delta_net, of the standard library?',
  })
})

test('20 000 parentheses are no reason for a stack trace', () => {
  const deep = `mixer a { output o: scalar = ${'('.repeat(20_000)}1${')'.repeat(20_000)} }`
  expect(codes(write('deep.mix', deep))).toEqual(['nested-too-deep'])
})

test('a layer of the library goes by its name, a mixer of a file by FILE:NAME', () => {
  expect(stdlibNames()).toContain('gated_delta_net')
  expect(fileArgument('gated_delta_net').path).toMatch(/stdlib\/gated_delta_net\.mix$/)
  expect(fileArgument('gated_delta_net:x')).toMatchObject({ mixer: 'x' })
  const two = write('two.mix', mixer + mixer.replace('mixer a', 'mixer b'))
  expect(fileArgument(`${two}:b`)).toEqual({ path: two, mixer: 'b' })
  expect(openMixer(`${two}:b`)).toMatchObject({ layer: { name: 'b' } })
  expect(openMixer(two, 'a')).toMatchObject({ layer: { name: 'a' } })
  expect(openMixer(two)).toMatchObject({ diagnostics: [{ code: 'mixer-unclear' }] })
  expect(openMixer(`${two}:c`)).toMatchObject({ diagnostics: [{ code: 'mixer-missing' }] })
  expect(openMixer(write('none.mix', ''))).toMatchObject({ diagnostics: [{ code: 'mixer-missing' }] })
})

test('a folder stands for its layers', () => {
  mkdirSync(at('layers/empty'), { recursive: true })
  const one = write('layers/one.mix', mixer)
  write('layers/notes.txt', 'none')
  expect(filesOf(at('layers'))).toEqual([{ path: one }])
  expect(filesOf(at('layers/empty'))).toMatchObject({ code: 'file-unreadable' })
  expect(filesOf(one)).toEqual([{ path: one }])
})

test('functions come from files beside the one that asks, and from the library', () => {
  mkdirSync(at('maps/inner'), { recursive: true })
  write('maps/inner/deep.mix', 'fn deep(x: scalar): scalar = 2 * x\n')
  write('maps/outer.mix', 'use "./inner/deep.mix" (deep)\nfn outer(x: scalar): scalar = deep(x) + 1\n')
  const user = (use: string, fn: string): string =>
    write('user.mix', `${use}\nmixer a {\n  input x: scalar\n  output o: scalar = ${fn}(x)\n}\n`)
  expect(codes(user('use "./maps/outer.mix" (outer)', 'outer'))).toEqual([])
  expect(codes(user('use std.maps (l2norm)', 'exp'))).toEqual([])
  expect(codes(user('use "./maps" (outer)', 'exp'))).toEqual(['file-not-found'])
  expect(codes(user('use std.nothing (outer)', 'exp'))).toEqual(['file-not-found'])
})

test('what is wrong with a used file is said of that file', () => {
  const broken = write('broken.mix', 'fn f(x: scalar): scalar = (x\n')
  const { layers, diagnostics } = load(
    write('user2.mix', `use "./broken.mix" (f)\nmixer a { input x: scalar output o: scalar = f(x) }`),
  )
  expect(layers).toEqual([])
  expect(diagnostics).toMatchObject([{ code: 'unexpected-text', span: { source: { name: broken } } }])
})

test('files may use one another, and themselves', () => {
  write('one.mix', 'use "./other.mix" (g)\nfn f(x: scalar): scalar = g(x)\n')
  write('other.mix', 'use "./one.mix" (f)\nfn g(x: scalar): scalar = x + 1\n')
  expect(codes(at('one.mix'))).toEqual([])
})
