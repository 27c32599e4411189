import type { StateSpec, TensorSpec } from '../runtime/manifest.ts'
import type { Layer, Port } from './1-check/layer.ts'
import type { Dims } from './1-check/size.ts'
import type { LayerProgram, StateProgram } from './2-normalize/state-program.ts'
import type { Polynomial } from './2-normalize/polynomial.ts'
import { portsOf } from './4-lower/lanes.ts'
import type { Signature } from './4-lower/index.ts'
import { shapeOf } from './reference/shape.ts'

const spec =
  (dims: Dims) =>
  (port: Pick<Port, 'name' | 'type'>): TensorSpec => ({ name: port.name, shape: shapeOf(port.type, dims) })

/** Inputs and params that a state's update uses; what only outputs read with does not count. */
const feeding = (program: StateProgram): readonly string[] => {
  const used = new Set(program.ops.flatMap((op) => (op.kind === 'write' ? op.terms.map((t) => t.read) : [])))
  const values = program.ops.flatMap((op): Polynomial[] => {
    switch (op.kind) {
      case 'decay':
        return [op.value]
      case 'read':
        return used.has(op.id) ? [op.p] : []
      case 'write':
        return [op.k, op.given, ...op.terms.map((t) => t.coefficient)]
    }
  })
  return [...new Set(values.flatMap((p) => [...portsOf(p)]))]
}

/** The tensors of a layer, as callers and kernels know them. */
export const signatureOf = (layer: Layer, dims: Dims, program: LayerProgram): Signature => ({
  name: layer.name,
  dims,
  inputs: layer.inputs.map(spec(dims)),
  params: layer.params.map(spec(dims)),
  states: layer.states.map((state): StateSpec => {
    const own = program.states.find((s) => s.state === state.name)!
    return { ...spec(dims)(state), initial: state.initial, fedBy: feeding(own) }
  }),
  outputs: layer.outputs.map(spec(dims)),
})
