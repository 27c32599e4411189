import { expect, test } from 'vitest'
import { functionsOf } from '../../../compiler/1-check/functions.ts'
import { collector } from '../../../compiler/1-check/report.ts'
import { parse } from '../../../grammar/parse.ts'
import { checked, resolverOf } from '../../support/layer.ts'

const codes = (text: string, files: Readonly<Record<string, string>> = {}): readonly string[] =>
  checked(text, files).diagnostics.map((d) => d.code)

test('functions of the standard library and of files', () => {
  const files = { './maps.mix': 'fn twice(x: scalar): scalar = 2 * x' }
  expect(
    codes(
      'use "./maps.mix" (twice)\nuse std.maps (elu1)\nmixer a { input x: scalar output o: scalar = elu1(twice(x)) }',
      files,
    ),
  ).toEqual([])
})

test('what a file uses can be used from it', () => {
  const files = {
    './b.mix': 'use "./c.mix" (f)\nfn g(x: scalar): scalar = f(x)',
    './c.mix': 'fn f(x: scalar): scalar = x',
  }
  expect(codes('use "./b.mix" (f, g)\nmixer a { output o: scalar = f(g(1)) }', files)).toEqual([])
})

test('two files may use one another', () => {
  const files = {
    './b.mix': 'use "./c.mix" (f)\nfn g(x: scalar): scalar = x\nfn h(x: scalar): scalar = f(x)',
    './c.mix': 'use "./b.mix" (g)\nfn f(x: scalar): scalar = g(x)',
  }
  expect(codes('use "./b.mix" (h)\nmixer a { output o: scalar = h(1) }', files)).toEqual([])
})

test('a function that two files only pass to one another is none', () => {
  const files = { './b.mix': 'use "./c.mix" (f)', './c.mix': 'use "./b.mix" (f)' }
  expect(codes('use "./b.mix" (f)', files)).toEqual(['function-missing'])
})

test('a missing file, a missing function, a name twice, a built-in name', () => {
  expect(codes('use "./none.mix" (f)')).toEqual(['file-not-found'])
  const [missing] = checked('use std.maps (elu2)').diagnostics
  expect([missing.code, missing.help]).toEqual(['function-missing', 'did you mean elu1?'])
  expect(codes('use std.maps (elu1)\nfn elu1(x: scalar): scalar = x')).toEqual(['duplicate-name'])
  expect(codes('fn exp(x: scalar): scalar = x')).toEqual(['builtin-name'])
})

test('a fault in a used function is reported where it is written', () => {
  const { diagnostics } = checked('use "./b.mix" (f)\nmixer a { output o: scalar = f(1) }', {
    './b.mix': 'fn f(x: scalar): scalar = y',
  })
  expect(diagnostics.map((d) => [d.code, d.span?.source.name])).toEqual([['unknown-name', './b.mix']])
})

test('the names of a table are those that can be called', () => {
  const { file } = parse({ name: 'a.mix', text: 'use std.maps (elu1)\nfn f(x: scalar): scalar = x' })
  const table = functionsOf(file, resolverOf(), collector().report)
  expect([...table.names()].sort()).toEqual(['elu1', 'f'])
  expect(table.find('elu1')?.fn.name.text).toBe('elu1')
  expect(table.find('g')).toBeUndefined()
})
