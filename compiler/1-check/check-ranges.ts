import type { Label } from '../../diagnostics/diagnostic.ts'
import { largest } from './bounds.ts'
import { growthOfUpdate } from './growth.ts'
import type { Layer } from './layer.ts'
import { printInterval } from './print.ts'
import type { Report } from './report.ts'

/** Rounding of bounds such as exp(log(1)) is no growth. */
const slack = 1e-9

/**
 * No declared range may let a state grow by itself: the decay, or an eigenvalue of the transition, beyond 1.
 * An error where the declared ranges are certain to reach that (each input has one and is used once), a warning where
 * they may, or where no range is behind it. Where an input that promises
 * nothing is behind an unbounded decay, nothing is said: nothing was declared.
 */
export const checkRanges = (layer: Layer, report: Report): void => {
  for (const update of layer.updates) {
    const found = growthOfUpdate(update, layer)
    if (!found) continue
    const growth = found.bounds
    const reached = largest(growth)
    if (reached <= 1 + slack || (reached === Infinity && growth.loose)) continue
    const ports = [...layer.inputs, ...layer.params].filter((port) => growth.uses.has(port.name))
    const promised = ports.every((port) => port.range || port.normAtMost !== undefined)
    const isDeclared = growth.exact && promised && ports.length > 0
    const labels: Label[] = ports.flatMap((port) =>
      port.range
        ? [{ span: port.span, message: `${port.name} is declared in ${printInterval(port.range)}` }]
        : [],
    )
    const end = show(growth.to >= -growth.from ? growth.to : growth.from)
    const value = growth.exact ? end : `${end}, as far as can be told`
    report('gate-out-of-range', { state: update.state, value }, found.span, {
      severity: isDeclared ? 'error' : 'warning',
      caret: 'this decay can exceed 1, and the state then grows without bound',
      labels,
      help: 'a log decay lies in (-inf, 0], a decay in [0, 1], a write strength with unit keys in [0, 2]',
    })
  }
}

const show = (x: number): string =>
  x === Infinity ? 'inf' : x === -Infinity ? '-inf' : String(Number(x.toPrecision(6)))
