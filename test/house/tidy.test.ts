import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { catalog } from '../../diagnostics/catalog.ts'
import { codeOf, filesIn, root, sourceFolders, textOf, trackedFiles } from './files.ts'

const sources = filesIn(...sourceFolders)

test('every source file that does something has its test file', () => {
  const doing = sources.filter((path) => /^export (const|function|class|default)/m.test(codeOf(path)))
  const missing = doing.filter((path) => !existsSync(join(root, 'test', path.replace(/\.ts$/, '.test.ts'))))
  expect(missing).toEqual([])
})

test('every test file of a source folder has its source', () => {
  const orphans = filesIn(...sourceFolders.map((folder) => `test/${folder}`))
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => path.replace(/^test\//, '').replace(/\.test\.ts$/, ''))
    .filter((path) => !existsSync(join(root, `${path}.ts`)) && !existsSync(join(root, `test/${path}.mix`)))
  expect(orphans).toEqual([])
})

test('every code has its page, and every page its code', () => {
  const pages = readdirSync(join(root, 'docs/errors')).map((file) => basename(file, '.md'))
  expect(pages.sort()).toEqual(Object.keys(catalog).sort())
})

test('no room is called utils', () => {
  expect(trackedFiles().filter((path) => /(^|\/)(utils?|helpers?|misc|common)(\.ts|\/)/.test(path))).toEqual(
    [],
  )
})

test('no layer has a name in the compiler', () => {
  const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase())
  // These two are also what kinds of transitions are called.
  const names = readdirSync(join(root, 'stdlib'))
    .map((file) => basename(file, '.mix'))
    .filter((name) => !['maps', 'iplr', 'dplr'].includes(name))
  const named = new RegExp(`\\b(${names.flatMap((name) => [name, camel(name)]).join('|')})\\b`)
  const found = filesIn('compiler', 'proof', 'runtime').filter((path) => named.test(codeOf(path)))
  expect(found).toEqual([])
})

test('no tracked file names a machine or a registry', () => {
  const places = ['work', 'root', 'home/[a-z]+', 'tmp/mix'].map((place) => `/${place}/`)
  const hosts = ['npmjs', 'yarnpkg', 'deb\\.debian'].map((host) => `${host}\\.`)
  const telling = new RegExp(`(?<![\\w.}])(${places.join('|')})|${hosts.join('|')}|"resolved":`)
  const found = trackedFiles()
    .filter((path) => !/\.(png|npz|safetensors)$/.test(path) && path !== 'test/house/tidy.test.ts')
    .flatMap((path) => {
      const match = telling.exec(textOf(path))
      return match ? [`${path}: ${match[0]}`] : []
    })
  expect(found).toEqual([])
})
