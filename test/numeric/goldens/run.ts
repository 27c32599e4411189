import { check, type Layer } from '../../../compiler/1-check/index.ts'
import { float64 } from '../../../compiler/float64.ts'
import { runTensors, type Tensor as DomainTensor } from '../../../compiler/reference.ts'
import { parse } from '../../../grammar/parse.ts'
import { stdlibSource } from '../../stdlib/stdlib.ts'
import type { Case } from './cases.ts'
import { tensor, type Tensor } from './tensor.ts'

/** Outputs and final states by name. */
export type Results = Readonly<Record<string, Tensor>>

const layers = new Map<string, Layer>()

const layerOf = (name: string): Layer => {
  const known = layers.get(name)
  if (known) return known
  const { layers: found } = check(parse(stdlibSource(name)).file, () => undefined)
  const layer = found.find((one) => one.name === name)
  if (!layer) throw new Error(`stdlib/${name}.mix does not check`)
  layers.set(name, layer)
  return layer
}

const widened = (tensors: Readonly<Record<string, DomainTensor<number>>>): Results =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, tensor(shape, data)]))

/** What the equation means, in float64. */
export const meaningOf = (one: Case): Results => {
  const { outputs, states } = runTensors(
    layerOf(one.layer),
    one.dims,
    float64,
    { ...one.inputs, ...one.params },
    { initial: one.initial, cuSeqlens: one.cuSeqlens },
  )
  return { ...widened(outputs), ...widened(states) }
}
