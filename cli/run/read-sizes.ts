import { dimsOf } from '../../compiler/1-check/index.ts'
import type { Layer } from '../../compiler/1-check/layer.ts'
import { dimsIn, evaluate, printSize, type Dims, type Size } from '../../compiler/1-check/size.ts'
import { diagnostic, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import { slotsOf, type Slot } from './call.ts'

/** The sizes of a call, as its tensors' shapes say them. */
export interface CallSizes {
  readonly dims: Dims
  readonly batch: number
  readonly tokens: number
  readonly heads: number
  /** N: packed sequences, or B. */
  readonly sequences: number
}

interface Known {
  readonly value: number
  /** Who says so. */
  readonly by: string
}

const printShape = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`

/**
 * Read dims, B, T and H off the shapes of tensors. Every two tensors that do not agree are named; a dim that no shape
 * shows keeps the default of the spec.
 */
export const readSizes = (
  layer: Layer,
  shapes: ReadonlyMap<string, readonly number[]>,
  overrides: Dims,
  packed?: number,
): CallSizes | readonly Diagnostic[] => {
  const diagnostics: Diagnostic[] = []
  const known = new Map<string, Known>(
    Object.entries(overrides).map(([name, value]) => [name, { value, by: `--dim ${name}=${value}` }]),
  )
  if (packed !== undefined) known.set('N', { value: packed, by: 'cu_seqlens' })
  const conflict = (size: string, a: Known, b: Known, help?: string): void =>
    void diagnostics.push(
      diagnostic('size-conflict', { size, left: a.value, a: a.by, right: b.value, b: b.by }, undefined, {
        help,
      }),
    )
  const settle = (name: string, found: Known): void => {
    const before = known.get(name)
    if (before === undefined) known.set(name, found)
    else if (before.value !== found.value) conflict(name, before, found)
  }

  // A dim of the spec may have the name of a leading axis: those are known by another one.
  const leading = (axis: string): string =>
    layer.dims.some((d) => d.name === axis) ? `${axis} of the call` : axis
  const fitting = slotsOf(layer).flatMap((slot) => {
    const shape = shapes.get(slot.name)
    if (shape === undefined) return []
    if (shape.length === slot.lead.length + slot.axes.length) return [{ slot, shape }]
    diagnostics.push(
      diagnostic('tensor-shape', {
        name: slot.name,
        found: printShape(shape),
        wanted: printShape([...slot.lead, ...slot.axes.map(printSize)]),
      }),
    )
    return []
  })

  const computed: { readonly size: Size; readonly found: Known }[] = []
  for (const { slot, shape } of fitting) {
    slot.lead.forEach((axis, i) => {
      if (axis !== 'H' && axis !== 'N') settle(leading(axis), { value: shape[i], by: slot.name })
    })
    slot.axes.forEach((size, i) => {
      const found = { value: shape[slot.lead.length + i], by: slot.name }
      if (size.kind === 'dim') settle(size.name, found)
      else computed.push({ size, found })
    })
  }
  for (const { size, found } of computed) {
    solve(size, found, known)
    const dims = Object.fromEntries([...known].map(([name, { value }]) => [name, value]))
    if (dimsIn(size).some((name) => !(name in dims))) continue
    const value = evaluate(size, dims)
    if (value !== found.value) conflict(printSize(size), { value, by: whoSays(size, known) }, found)
  }

  const heads = headsOf(fitting, conflict)
  const batch = known.get(leading('B'))?.value ?? 1
  const tokens = known.get(leading('T'))?.value ?? 0
  const sequences = packed ?? batch
  for (const { slot, shape } of fitting)
    if (slot.kind === 'state' && shape[0] !== sequences)
      conflict(
        packed === undefined ? 'B' : 'N',
        {
          value: sequences,
          by: packed === undefined ? (known.get(leading('B'))?.by ?? 'default') : 'cu_seqlens',
        },
        { value: shape[0], by: slot.name },
      )
  if (diagnostics.length > 0) return diagnostics

  const own = layer.dims.flatMap(({ name }) => {
    const found = known.get(name)
    return found === undefined ? [] : [[name, found.value] as const]
  })
  const others = Object.entries(overrides).filter(([name]) => layer.dims.every((d) => d.name !== name))
  const settled = dimsOf(layer, Object.fromEntries([...own, ...others]))
  return 'diagnostics' in settled
    ? settled.diagnostics
    : { dims: settled.dims, batch, tokens, heads, sequences }
}

/** `2 * D` is 128 ⇒ D is 64, where nothing else says what D is. */
const solve = (size: Size, found: Known, known: Map<string, Known>): void => {
  const unknown = dimsIn(size).filter((name) => !known.has(name))
  if (new Set(unknown).size !== 1) return
  const dims = Object.fromEntries([...known].map(([name, { value }]) => [name, value]))
  for (let value = 1; value <= found.value; value++)
    if (evaluate(size, { ...dims, [unknown[0]]: value }) === found.value) {
      known.set(unknown[0], { value, by: found.by })
      return
    }
}

const whoSays = (size: Size, known: ReadonlyMap<string, Known>): string => {
  const by = [...new Set(dimsIn(size).flatMap((name) => known.get(name)?.by ?? []))]
  return by.length === 0 ? 'the spec' : by.join(' and ')
}

/** H: the most heads of any tensor; those with fewer share them out. */
const headsOf = (
  fitting: readonly { readonly slot: Slot; readonly shape: readonly number[] }[],
  conflict: (size: string, a: Known, b: Known, help?: string) => void,
): number => {
  const counts = fitting
    .filter(({ slot }) => slot.kind !== 'state')
    .map(({ slot, shape }) => ({ value: shape[slot.lead.indexOf('H')], by: slot.name }))
  const most = counts.reduce((a, b) => (b.value > a.value ? b : a), { value: 1, by: 'default' })
  for (const count of counts)
    if (count.value < 1 || most.value % count.value !== 0)
      conflict('H', most, count, 'a tensor may have fewer heads where their number divides H')
  return most.value
}
