import { expect, test } from 'vitest'
import { readLayers } from '../../compiler/read-layers.ts'
import type { Source } from '../../diagnostics/source.ts'

const files: Readonly<Record<string, string>> = {
  'maps/outer.mix': 'use "inner.mix" (inner)\nfn outer(x: scalar): scalar = inner(x)',
  'maps/inner.mix': 'fn inner(x: scalar): scalar = 2 * x',
  'maps/broken.mix': 'fn broken(x: scalar): scalar = (x',
}
const asked: string[] = []
const resolve = ({ text }: { readonly text: string }, from: Source): Source | undefined => {
  asked.push(`${from.name} asks for ${text}`)
  const name = `maps/${text}`
  return name in files ? { name, text: files[name] } : undefined
}
const read = (text: string) => readLayers({ name: 'main.mix', text }, resolve)
const user = (fn: string): string =>
  `use "${fn}.mix" (${fn})\nmixer a { input x: scalar output o: scalar = ${fn}(x) }`

test('a text becomes its layers', () => {
  const { layers, diagnostics } = read('mixer a { input x: scalar output o: scalar = x }')
  expect(diagnostics).toEqual([])
  expect(layers.map(({ name }) => name)).toEqual(['a'])
})

test('a used file asks for its own', () => {
  expect(read(user('outer')).diagnostics).toEqual([])
  expect(asked).toEqual(['main.mix asks for outer.mix', 'maps/outer.mix asks for inner.mix'])
})

test('an unreadable text gives no layers, nor does a used file that is', () => {
  expect(read('mixer a { let x = }')).toMatchObject({
    layers: [],
    diagnostics: [{ code: 'unexpected-text' }],
  })
  expect(read(user('broken'))).toMatchObject({
    layers: [],
    diagnostics: [{ code: 'unexpected-text', span: { source: { name: 'maps/broken.mix' } } }],
  })
  expect(read(user('nowhere')).diagnostics.map(({ code }) => code)).toContain('file-not-found')
})
