import { stateHeads } from '../../runtime/schedule.ts'
import type { Manifest } from '../../runtime/manifest.ts'
import type { Layer } from '../../compiler/1-check/layer.ts'
import type { Dims } from '../../compiler/1-check/size.ts'
import { diagnostic, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import { suggest } from '../../diagnostics/suggest.ts'
import { asFloat32, asFloat64, asIntegers, type Safetensors, type StoredTensor } from '../safetensors.ts'
import { isFloat } from '../safetensors/dtypes.ts'
import { maskName, sequencesName, slotsOf, type Call, type CallTensor } from './call.ts'
import { readSizes } from './read-sizes.ts'

/**
 * What a file of tensors calls a layer with, in f32 or f64. All that does not fit is reported: missing and surplus
 * tensors, wrong dtypes and shapes, sequences that do not add up.
 */
export const readCall = (
  layer: Layer,
  { tensors }: Safetensors,
  overrides: Dims,
  precision: 'f32' | 'f64',
): Call | readonly Diagnostic[] => {
  const diagnostics: Diagnostic[] = []
  const slots = slotsOf(layer)
  const names = slots.map((slot) => slot.name)
  // A spec may use these names for itself.
  const extra = (name: string): StoredTensor | undefined =>
    names.includes(name) ? undefined : tensors.get(name)
  const extras = [sequencesName, maskName].filter((name) => !names.includes(name))

  for (const { name, kind } of slots) {
    if (kind === 'state' || tensors.has(name)) continue
    diagnostics.push(diagnostic('input-missing', { name, layer: layer.name }))
  }
  for (const name of tensors.keys()) {
    if (names.includes(name) || extras.includes(name)) continue
    const near = suggest(
      name,
      [...names, ...extras].filter((other) => !tensors.has(other)),
    )
    diagnostics.push(
      diagnostic('tensor-unknown', { name, layer: layer.name }, undefined, {
        help: near === undefined ? `it takes ${names.join(', ')}` : `did you mean ${near}?`,
      }),
    )
  }

  const values = new Map<string, CallTensor>()
  for (const { name } of slots) {
    const stored = tensors.get(name)
    if (stored === undefined) continue
    if (isFloat(stored.dtype))
      values.set(name, {
        shape: stored.shape,
        data: (precision === 'f32' ? asFloat32(stored) : asFloat64(stored))!,
      })
    else
      diagnostics.push(
        diagnostic('tensor-dtype', { name, found: stored.dtype, wanted: 'F32, F16, BF16 or F64' }),
      )
  }
  const cuSeqlens = sequencesOf(extra(sequencesName), diagnostics)
  const sizes = readSizes(
    layer,
    new Map(
      slots.flatMap(({ name }) => (tensors.has(name) ? [[name, tensors.get(name)!.shape] as const] : [])),
    ),
    overrides,
    cuSeqlens && cuSeqlens.length - 1,
  )
  if (!('dims' in sizes)) return [...diagnostics, ...sizes]
  const { batch, tokens } = sizes
  if (cuSeqlens) diagnostics.push(...checkSequences(cuSeqlens, batch, tokens))
  const mask = maskOf(extra(maskName), [batch, tokens], diagnostics)
  if (diagnostics.length > 0) return diagnostics

  const pick = (kind: string): Readonly<Record<string, CallTensor>> =>
    Object.fromEntries(
      slots.flatMap((slot) => {
        const value = slot.kind === kind ? values.get(slot.name) : undefined
        return value === undefined ? [] : [[slot.name, value] as const]
      }),
    )
  return { ...sizes, inputs: pick('input'), params: pick('param'), states: pick('state'), cuSeqlens, mask }
}

/**
 * The heads of an initial state are those of what feeds it: only the compiled layer knows them.
 */
export const checkStateHeads = (manifest: Manifest, call: Call): readonly Diagnostic[] => {
  const groups = Object.fromEntries([
    ...Object.entries(call.inputs).map(([name, { shape }]) => [name, shape[2]] as const),
    ...Object.entries(call.params).map(([name, { shape }]) => [name, shape[0]] as const),
  ])
  const heads = stateHeads(manifest, groups, call.heads)
  return Object.entries(call.states).flatMap(([name, { shape }]) => {
    if (shape[1] === heads[name]) return []
    const feeding = manifest.states.find((state) => state.name === name)?.fedBy ?? []
    return diagnostic('size-conflict', {
      size: 'H',
      left: heads[name],
      a: feeding.length === 0 ? 'the inputs' : feeding.join(', '),
      right: shape[1],
      b: name,
    })
  })
}

const sequencesOf = (
  stored: StoredTensor | undefined,
  diagnostics: Diagnostic[],
): readonly number[] | undefined => {
  if (stored === undefined) return undefined
  if (stored.dtype !== 'I32' && stored.dtype !== 'I64') {
    diagnostics.push(
      diagnostic('tensor-dtype', { name: sequencesName, found: stored.dtype, wanted: 'I32 or I64' }),
    )
    return undefined
  }
  if (stored.shape.length !== 1 || stored.shape[0] < 1) {
    const found = `[${stored.shape.join(', ')}]`
    diagnostics.push(diagnostic('tensor-shape', { name: sequencesName, found, wanted: '[N + 1]' }))
    return undefined
  }
  return Array.from(asIntegers(stored)!)
}

const checkSequences = (cuts: readonly number[], batch: number, tokens: number): readonly Diagnostic[] => {
  const wrong = (what: string, help?: string): readonly Diagnostic[] => [
    diagnostic('sequences-invalid', { what }, undefined, { help }),
  ]
  if (batch !== 1) return wrong(`packs sequences along T, so B is 1, not ${batch}`)
  if (cuts[0] !== 0) return wrong(`begins with ${cuts[0]}, not with 0`)
  const falls = cuts.findIndex((cut, i) => i > 0 && cut < cuts[i - 1])
  if (falls > 0) return wrong(`falls from ${cuts[falls - 1]} to ${cuts[falls]} at index ${falls}`)
  if (cuts.at(-1) !== tokens) return wrong(`ends with ${cuts.at(-1)}, but there are ${tokens} tokens`)
  return []
}

const maskOf = (
  stored: StoredTensor | undefined,
  wanted: readonly number[],
  diagnostics: Diagnostic[],
): CallTensor | undefined => {
  if (stored === undefined) return undefined
  const data = isFloat(stored.dtype) ? asFloat64(stored) : asIntegers(stored)
  const show = (shape: readonly number[]): string => `[${shape.join(', ')}]`
  if (data === undefined)
    diagnostics.push(
      diagnostic('tensor-dtype', {
        name: maskName,
        found: stored.dtype,
        wanted: 'BOOL, whole-number or float',
      }),
    )
  else if (show(stored.shape) !== show(wanted))
    diagnostics.push(
      diagnostic('tensor-shape', {
        name: maskName,
        found: show(stored.shape),
        wanted: `[B, T] = ${show(wanted)}`,
      }),
    )
  else return { shape: wanted, data }
  return undefined
}
