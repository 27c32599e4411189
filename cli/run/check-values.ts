import { printExpr, printInterval } from '../../compiler/1-check/print.ts'
import type { Interval, Layer, Port } from '../../compiler/1-check/layer.ts'
import { diagnostic, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import { placeOf, type Call, type CallTensor } from './call.ts'

/** Every NaN and infinity: the first of each tensor, and how many there are. */
export const checkFinite = (call: Call): readonly Diagnostic[] => {
  const all = { ...call.inputs, ...call.params, ...call.states, ...(call.mask && { mask: call.mask }) }
  return Object.entries(all).flatMap(([name, tensor]) => {
    const found = wrongOnes(tensor, (x) => !Number.isFinite(x))
    if (found === undefined) return []
    const { place, value, others } = found
    return diagnostic('input-not-finite', { place: `${name}${place}`, value: String(value) }, undefined, {
      help: `${others}--allow-nonfinite lets them through; only the reference form then promises what depends on what`,
    })
  })
}

/** Every value that breaks what the spec promises of it: the first of each tensor, and how many there are. */
export const checkRanges = (layer: Layer, call: Call, severity: 'error' | 'warning'): readonly Diagnostic[] =>
  [...layer.inputs, ...layer.params].flatMap((port) => {
    const tensor = call.inputs[port.name] ?? call.params[port.name]
    if (tensor === undefined) return []
    const broken = [ofRange(port, tensor), ofNorm(port, tensor)]
    return broken.flatMap((found) => {
      if (found === undefined) return []
      const { place, value, others, promise } = found
      return diagnostic('input-out-of-range', { place: `${port.name}${place}`, value, promise }, port.span, {
        severity,
        help: others === '' ? undefined : others.slice(0, -2),
      })
    })
  })

const within = (x: number, { from, to, fromOpen, toOpen }: Interval): boolean =>
  (fromOpen ? x > from : x >= from) && (toOpen ? x < to : x <= to)

const ofRange = ({ name, range }: Port, tensor: CallTensor) => {
  if (range === undefined) return undefined
  // What is not finite has been spoken of already, or was let through.
  const found = wrongOnes(tensor, (x) => Number.isFinite(x) && !within(x, range))
  return found && { ...found, value: show(found.value), promise: `${name} in ${printInterval(range)}` }
}

/** Keys that were normalised in half precision are a little off. */
const slack = 4e-3

const ofNorm = ({ normAtMost, where }: Port, { data, shape }: CallTensor) => {
  if (normAtMost === undefined || where === undefined) return undefined
  const size = shape.at(-1) ?? 1
  const norms = Float64Array.from({ length: size === 0 ? 0 : data.length / size }, (_, i) =>
    Math.hypot(...data.subarray(i * size, (i + 1) * size)),
  )
  const found = wrongOnes({ data: norms, shape: shape.slice(0, -1) }, (x) => x > normAtMost * (1 + slack))
  return found && { ...found, value: `of norm ${show(found.value)}`, promise: printExpr(where) }
}

const show = (x: number): string => String(Number(x.toPrecision(6)))

const wrongOnes = ({ data, shape }: CallTensor, isWrong: (x: number) => boolean) => {
  const first = data.findIndex(isWrong)
  if (first < 0) return undefined
  let count = 0
  for (let i = first; i < data.length; i++) if (isWrong(data[i])) count++
  const more = count - 1
  const others = more === 0 ? '' : `so ${more === 1 ? 'is 1 more value' : `are ${more} more values`} of it; `
  return { place: placeOf(first, shape), value: data[first], others }
}
