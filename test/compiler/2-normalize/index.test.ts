import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { normalize, passes } from '../../../compiler/2-normalize/index.ts'
import { print } from '../../../compiler/2-normalize/print.ts'
import { verify } from '../../../compiler/2-normalize/verify.ts'
import { runPasses } from '../../../compiler/pass.ts'
import { checked } from '../../support/layer.ts'
import { programOf, readLayer, refusalsOf, sizesOf } from '../../support/compiled.ts'

const delta = `
mixer delta {
  dim K = 4, V = 4
  input q, k: vec<K>
  input v: vec<V>
  input g, beta: scalar
  state S: mat<K, V>
  S[t] = exp(g) * (I - beta * k @ k.T) @ S[t-1] + beta * k @ v.T
  output o: vec<V> = S[t].T @ q
}`

test('the delta rule is decay, read, write, read', () => {
  expect(print(programOf(delta))).toBe(`state S: 4 × 4
  decay exp(g)
  read k → r1
  write k, beta·v - beta·r1
  read q → r2
out o = r2`)
})

test('the trace tells each pass, and whether it changed anything', () => {
  const layer = readLayer(delta)
  const result = normalize(layer, sizesOf(layer))
  if (result.kind === 'refused') throw new Error('refused')
  expect(result.trace.map((t) => t.pass)).toEqual(['from-layer', ...passes.map((p) => p.name)])
  expect(result.trace.at(-1)!.text).toBe(print(result.program))
  expect(result.trace.find((t) => t.pass === 'settle-decays')!.changed).toBe(true)
  expect(result.trace.find((t) => t.pass === 'merge-decays')!.changed).toBe(false)
})

const directory = new URL('../../../stdlib/', import.meta.url)
const layers = readdirSync(directory)
  .filter((file) => file.endsWith('.mix'))
  .flatMap((file) => checked(readFileSync(new URL(file, directory), 'utf8')).layers)

test.each(layers.map((layer) => [layer.name, layer] as const))(
  'what is normal of %s stays so',
  (_, layer) => {
    const result = normalize(layer, sizesOf(layer))
    if (result.kind === 'refused') return
    const again = runPasses({ print, verify }, passes, result.program)
    expect(print(again.program)).toBe(print(result.program))
  },
)

test('a layer that is refused has no program', () => {
  const text = delta.replace('exp(g) * (I', '(k @ k.T) * (I').replace('S[t-1] +', 'S[t-1] @ (I - v @ v.T) +')
  expect(refusalsOf(text).map((d) => d.code)).toEqual(['form-not-available'])
})
