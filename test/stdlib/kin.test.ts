import { expect, test } from 'vitest'
import { readLayers } from '../../compiler/compile.ts'
import { parseBindings } from '../../grammar/parse.ts'
import { bind } from '../../proof/bindings.ts'
import { equivalent } from '../../proof/equivalent.ts'
import { stdlibLayers, stdlibSource } from './stdlib.ts'

const nothing = () => undefined

/** A layer and its file. */
const read = (name: string) => {
  const { file, layers } = readLayers(stdlibSource(name))
  const mixer = file.items.find((item) => item.kind === 'mixer')
  if (!mixer || layers.length !== 1) throw new Error(`stdlib/${name}.mix does not check`)
  return { file, mixer, layer: layers[0] }
}

/** Is the layer the named one, where its inputs are these expressions in those of the named one? */
const decide = (name: string, kin: string, where: string) => {
  const named = read(kin)
  const { bindings, diagnostics } = parseBindings({ name: `kin of ${name}`, text: where })
  const bound = bind(named.file, named.mixer, bindings, nothing)
  expect([...diagnostics, ...bound.diagnostics].map(({ message }) => message)).toEqual([])
  return equivalent(named.layer, read(name).layer, { bindings: bound.layer })
}

for (const name of stdlibLayers)
  for (const { mixer, where = '' } of read(name).layer.header.kin)
    test(`${name} is ${mixer} where ${where}`, () => {
      expect(decide(name, mixer, where)).toMatchObject({ equal: true })
    })

test('a kin that does not hold is found out', () => {
  expect(decide('gla', 'simple_gla', 'g = 2 * g').equal).toBe(false)
  expect(decide('dplr', 'rwkv7', 'q = r, g = -exp(-0.5) * sigmoid(w), a = kappa, b = a * kappa').equal).toBe(
    false,
  )
})

test('all layers but the roots of the family have kin', () => {
  const without = stdlibLayers.filter((name) => read(name).layer.header.kin.length === 0)
  expect(without).toEqual(['delta_net', 'gated_delta_product', 'hgrn2', 'linear_attention', 'rwkv5', 'rwkv7'])
})
