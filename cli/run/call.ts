import type { Layer, Type } from '../../compiler/1-check/layer.ts'
import type { Dims, Size } from '../../compiler/1-check/size.ts'

/** A tensor of a call, as numbers that any form can be given. */
export interface CallTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array
}

/** Everything that a layer is called with. */
export interface Call {
  readonly dims: Dims
  readonly batch: number
  readonly tokens: number
  readonly heads: number
  readonly inputs: Readonly<Record<string, CallTensor>>
  readonly params: Readonly<Record<string, CallTensor>>
  /** Initial states. */
  readonly states: Readonly<Record<string, CallTensor>>
  readonly cuSeqlens?: readonly number[]
  /** `[B, T]`: 0 where a token is padding. */
  readonly mask?: CallTensor
}

/** Names that a file of tensors may hold beside those of the spec. */
export const sequencesName = 'cu_seqlens'
export const maskName = 'mask'

/** The sizes of a value's axes behind `[B, T, H]`, as the spec has them. */
export const axesOf = (type: Type): readonly Size[] => {
  const one = (size: Size): boolean => size.kind === 'number' && size.value === 1
  const inner = one(type.rows) && one(type.cols) ? [] : one(type.cols) ? [type.rows] : [type.rows, type.cols]
  return [
    ...(type.count ? [type.count] : []),
    ...inner,
    ...(type.element === 'complex' ? [{ kind: 'number', value: 2 } as const] : []),
  ]
}

/** A tensor that a call may have, with the axes in front of its own. */
export interface Slot {
  readonly name: string
  readonly kind: 'input' | 'param' | 'state'
  readonly axes: readonly Size[]
  readonly lead: readonly string[]
}

/** Inputs, params and states. A second sequence counts its tokens by its own name. */
export const slotsOf = (layer: Layer): readonly Slot[] => [
  ...layer.inputs.map(({ name, type, over }): Slot => {
    const T = over === undefined ? 'T' : `T of ${over}`
    return { name, kind: 'input', axes: axesOf(type), lead: ['B', T, 'H'] }
  }),
  ...layer.params.map(({ name, type }): Slot => ({ name, kind: 'param', axes: axesOf(type), lead: ['H'] })),
  ...layer.states.map(({ name, type }): Slot => ({
    name,
    kind: 'state',
    axes: axesOf(type),
    lead: ['N', 'H'],
  })),
]

/** `[0, 3, 1]`: where a value lies. */
export const placeOf = (index: number, shape: readonly number[]): string => {
  const place: number[] = []
  for (let axis = shape.length - 1, rest = index; axis >= 0; axis--) {
    place.unshift(rest % shape[axis])
    rest = Math.floor(rest / shape[axis])
  }
  return shape.length === 0 ? '' : `[${place.join(', ')}]`
}
