import { expect, test } from 'vitest'
import { check } from '../../compiler/1-check/index.ts'
import { parse } from '../../grammar/parse.ts'
import { stdlibLayers, stdlibSource } from './stdlib.ts'

const checked = (name: string) => {
  const { file, diagnostics } = parse(stdlibSource(name))
  const result = check(file, () => undefined)
  return { layers: result.layers, diagnostics: [...diagnostics, ...result.diagnostics] }
}

test('the library is there', () => {
  expect(stdlibLayers.length).toBeGreaterThanOrEqual(17)
})

for (const name of stdlibLayers) {
  test(`${name} checks without a word`, () => {
    expect(checked(name).diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([])
  })

  test(`${name} is the one layer of its file`, () => {
    expect(checked(name).layers.map((layer) => layer.name)).toEqual([name])
  })

  test(`${name} says what it is and which paper it is from`, () => {
    const [layer] = checked(name).layers
    expect(layer.doc.length).toBeGreaterThan(100)
    expect(layer.header.paper).toMatch(/\(20\d\d\), arXiv:\d{4}\.\d{5}/)
  })

  test(`${name} promises a range for everything that decays or gates`, () => {
    const [layer] = checked(name).layers
    const gates = new Set(['g', 'log_alpha', 'beta', 'gamma', 'slope', 'f', 'dt', 'A'])
    for (const port of [...layer.inputs, ...layer.params])
      if (gates.has(port.name)) expect(port.range, port.name).toBeDefined()
  })
}
