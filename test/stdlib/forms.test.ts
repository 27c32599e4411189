import { expect, test } from 'vitest'
import { checkStages } from '../../cli/verify/stages.ts'
import { compileLayer, readLayers, type Compiled } from '../../compiler/compile.ts'
import type { Layer } from '../../compiler/1-check/layer.ts'
import type { Dims } from '../../compiler/1-check/size.ts'
import { certify, printCertificate } from '../../proof/certificate.ts'
import { stdlibLayers, stdlibSource } from './stdlib.ts'

const layerOf = (name: string): Layer => readLayers(stdlibSource(name)).layers[0]

const compile = (layer: Layer, dims: Dims = {}, chunkSize?: number): Compiled => {
  const result = compileLayer(layer, { dims, target: { chunkSize } })
  if (result.kind === 'refused') throw new Error(result.diagnostics.map(({ message }) => message).join('\n'))
  return result.compiled
}

for (const name of stdlibLayers) {
  test(`${name} compiles to both forms, with the stages that it expects`, () => {
    const layer = layerOf(name)
    const { lowered, manifest } = compile(layer)
    expect(Object.keys(manifest.forms)).toEqual(['recurrent', 'chunk'])
    expect(layer.header.expect.map(({ form }) => form)).toEqual(['chunk'])
    expect(checkStages(layer, lowered).map(({ message }) => message)).toEqual([])
  })

  test(`${name}: both forms are the equation`, () => {
    const layer = layerOf(name)
    const certificate = certify(layer, (dims, C) => compile(layer, dims, C).lowered, {
      rounds: 1,
      chunkSizes: [3],
    })
    expect(certificate.proved, printCertificate(certificate)).toBe(true)
    expect(certificate.proofs.map(({ form }) => form)).toEqual(['recurrent', 'chunk'])
  })
}
