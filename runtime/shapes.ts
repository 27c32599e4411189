import { fail, printShape } from './errors.ts'
import type { Manifest, TensorSpec } from './manifest.ts'
import { sequenceCountOf, stateHeads, type Sizes } from './schedule.ts'
import type { Tensor } from './tensor.ts'

/** A call with every shape checked. */
export interface CheckedCall {
  readonly sizes: Sizes
  /** N */
  readonly sequences: number
  /** How many heads each state has for the caller. */
  readonly stateHeads: Readonly<Record<string, number>>
}

export interface CallTensors {
  /** Inputs and params by name. */
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly states: Readonly<Record<string, Tensor>>
  readonly cuSeqlens?: readonly number[]
  readonly mask?: Tensor
}

/**
 * What the tensors of a call say about its sizes: B and T from the inputs, H the most heads that any has, G of each.
 * Throws a `RuntimeError` that names layer, tensor, wanted and found shape.
 */
export const checkCall = (manifest: Manifest, call: CallTensors): CheckedCall => {
  const { layer } = manifest
  const specs = [...manifest.inputs, ...manifest.params]
  checkNames(layer, 'input', specs, call.inputs)
  const [batch, tokens] = batchAndTokens(manifest, call.inputs)

  const groups: Record<string, number> = {}
  for (const spec of manifest.inputs) {
    const wanted = [batch, tokens, 'H', ...spec.shape]
    groups[spec.name] = matchShape(layer, spec.name, call.inputs[spec.name], wanted)
  }
  for (const spec of manifest.params)
    groups[spec.name] = matchShape(layer, spec.name, call.inputs[spec.name], ['H', ...spec.shape])
  const heads = Object.values(groups).reduce((most, g) => Math.max(most, g), 1)
  for (const [name, group] of Object.entries(groups))
    if (heads % group !== 0)
      fail(
        'shape-mismatch',
        `${name} of ${layer} has ${group} heads, which does not divide the layer's ${heads}`,
      )

  if (call.cuSeqlens) checkSequences(layer, call.cuSeqlens, batch, tokens)
  if (call.mask) matchShape(layer, 'mask', call.mask, [batch, tokens], 'i32')
  const sizes: Sizes = {
    tokens,
    batch,
    heads,
    groups,
    cuSeqlens: call.cuSeqlens,
    masked: call.mask !== undefined,
  }
  const sequences = sequenceCountOf(sizes)
  const ofStates = stateHeads(manifest, groups, heads)
  for (const name of Object.keys(call.states)) {
    const spec = manifest.states.find((s) => s.name === name)
    if (!spec) return unknown(layer, 'state', name, manifest.states)
    matchShape(layer, name, call.states[name], [sequences, ofStates[name], ...spec.shape])
  }
  return { sizes, sequences, stateHeads: ofStates }
}

/** Each of the specs' tensors is there, and no other. */
const checkNames = (
  layer: string,
  what: string,
  specs: readonly TensorSpec[],
  given: Readonly<Record<string, unknown>>,
): void => {
  for (const { name } of specs)
    if (given[name] === undefined) fail('tensor-missing', `the ${what} ${name} of ${layer} is missing`)
  for (const name of Object.keys(given))
    if (!specs.some((spec) => spec.name === name)) unknown(layer, what, name, specs)
}

const unknown = (layer: string, what: string, name: string, specs: readonly TensorSpec[]): never =>
  fail(
    'tensor-unknown',
    `${layer} has no ${what} ${name}; it has ${specs.map((spec) => spec.name).join(', ') || 'none'}`,
  )

const batchAndTokens = (
  manifest: Manifest,
  inputs: Readonly<Record<string, Tensor>>,
): readonly [number, number] => {
  const [first] = manifest.inputs
  if (!first)
    return fail(
      'tensor-missing',
      `${manifest.layer} has no inputs, so nothing says how many tokens there are`,
    )
  const { shape } = inputs[first.name]
  const wanted = ['B', 'T', 'H', ...first.shape]
  if (shape.length !== wanted.length) mismatch(manifest.layer, first.name, wanted, shape)
  return [shape[0], shape[1]]
}

/** The size that stands where `H` is wanted (1 where it is not asked for). */
const matchShape = (
  layer: string,
  name: string,
  tensor: Tensor,
  wanted: readonly (number | string)[],
  element = 'f32',
): number => {
  const { shape } = tensor
  const fits = shape.length === wanted.length && wanted.every((size, i) => size === 'H' || size === shape[i])
  const heads = wanted.indexOf('H')
  if (!fits || (heads >= 0 && !(shape[heads] >= 1))) mismatch(layer, name, wanted, shape)
  if (tensor.element !== element)
    fail('dtype-mismatch', `${name} of ${layer} should hold ${element} values, not ${tensor.element}`)
  return heads < 0 ? 1 : shape[heads]
}

const mismatch = (
  layer: string,
  name: string,
  wanted: readonly (number | string)[],
  found: readonly number[],
): never =>
  fail(
    'shape-mismatch',
    `${name} of ${layer} should have the shape ${printShape(wanted)}, not ${printShape(found)}`,
  )

const checkSequences = (layer: string, cuSeqlens: readonly number[], batch: number, tokens: number): void => {
  const bad = (what: string): never => fail('bad-sequences', `cuSeqlens of ${layer} ${what}`)
  if (batch !== 1)
    bad(`needs tensors with B = 1, not ${batch}: packed sequences lie one after another along T`)
  if (cuSeqlens.length === 0 || cuSeqlens[0] !== 0) bad(`should start with 0`)
  cuSeqlens.forEach((start, i) => {
    if (!Number.isInteger(start)) bad(`should hold whole numbers; number ${i} is ${start}`)
    if (i > 0 && start < cuSeqlens[i - 1])
      bad(`should never fall; number ${i} is ${start}, after ${cuSeqlens[i - 1]}`)
  })
  const end = cuSeqlens[cuSeqlens.length - 1]
  if (end !== tokens) bad(`should end with T = ${tokens}, not ${end}`)
}
