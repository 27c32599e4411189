import type { Interval } from './layer.ts'

/**
 * What is known of a real value: an interval, whether its ends are certain to be reached as nearly as one likes
 * (`exact`), by choosing freely the inputs in `uses`, and whether an input that promises nothing is behind it (`loose`).
 */
export interface Bounds extends Interval {
  readonly exact: boolean
  readonly uses: ReadonlySet<string>
  readonly loose: boolean
}

const nothing: ReadonlySet<string> = new Set()

export const exactly = (value: number): Bounds => closed(value, value)
export const closed = (from: number, to: number): Bounds => ({
  from,
  to,
  fromOpen: false,
  toOpen: false,
  exact: true,
  uses: nothing,
  loose: false,
})
/** Of what nothing is known. */
export const anything: Bounds = {
  ...closed(-Infinity, Infinity),
  fromOpen: true,
  toOpen: true,
  exact: false,
  loose: true,
}

/** The same interval, no longer certain to be filled. */
export const inexact = (a: Bounds): Bounds => ({ ...a, exact: false })

const together = (a: Bounds, b: Bounds): Pick<Bounds, 'exact' | 'uses' | 'loose'> => ({
  exact: a.exact && b.exact && ![...a.uses].some((name) => b.uses.has(name)),
  uses: new Set([...a.uses, ...b.uses]),
  loose: a.loose || b.loose,
})

export const sum = (a: Bounds, b: Bounds): Bounds => ({
  from: plus(a.from, b.from, -Infinity),
  to: plus(a.to, b.to, Infinity),
  fromOpen: a.fromOpen || b.fromOpen,
  toOpen: a.toOpen || b.toOpen,
  ...together(a, b),
})

/** −∞ + ∞ may be anything on that side. */
const plus = (x: number, y: number, worst: number): number => (Number.isNaN(x + y) ? worst : x + y)

export const negative = (a: Bounds): Bounds => ({
  ...a,
  from: -a.to,
  to: -a.from,
  fromOpen: a.toOpen,
  toOpen: a.fromOpen,
})

export const product = (a: Bounds, b: Bounds): Bounds => {
  const corners = [
    [a.from, a.fromOpen],
    [a.to, a.toOpen],
  ].flatMap(([x, xOpen]) =>
    [
      [b.from, b.fromOpen],
      [b.to, b.toOpen],
    ].map(([y, yOpen]) => {
      const zero = x === 0 || y === 0
      const open = zero ? !((x === 0 && !xOpen) || (y === 0 && !yOpen)) : Boolean(xOpen || yOpen)
      return { value: zero ? 0 : (x as number) * (y as number), open }
    }),
  )
  return { ...span(corners), ...together(a, b) }
}

const span = (corners: readonly { value: number; open: boolean }[]): Interval => {
  const from = Math.min(...corners.map((c) => c.value))
  const to = Math.max(...corners.map((c) => c.value))
  const open = (end: number): boolean => corners.filter((c) => c.value === end).every((c) => c.open)
  return { from, to, fromOpen: open(from), toOpen: open(to) }
}

export const reciprocal = (a: Bounds): Bounds => {
  if (a.from < 0 && a.to > 0) return { ...anything, uses: a.uses, loose: a.loose }
  const over = (x: number, sign: number): number => (x === 0 ? sign * Infinity : 1 / x)
  return {
    ...a,
    from: over(a.to, -1),
    to: over(a.from, 1),
    fromOpen: a.toOpen || a.to === 0,
    toOpen: a.fromOpen || a.from === 0,
  }
}

/** Through a function that never falls. */
export const rising = (a: Bounds, f: (x: number) => number): Bounds => ({
  ...a,
  from: f(a.from),
  to: f(a.to),
})

/** The least interval that holds both. */
export const hull = (a: Bounds, b: Bounds): Bounds => ({
  ...span([
    { value: a.from, open: a.fromOpen },
    { value: a.to, open: a.toOpen },
    { value: b.from, open: b.fromOpen },
    { value: b.to, open: b.toOpen },
  ]),
  exact: false,
  uses: new Set([...a.uses, ...b.uses]),
  loose: a.loose || b.loose,
})

export const magnitude = (a: Bounds): Bounds =>
  a.from >= 0
    ? a
    : a.to <= 0
      ? negative(a)
      : { ...hull(negative(a), a), from: 0, fromOpen: false, exact: a.exact }

export const largest = (a: Interval): number => Math.max(Math.abs(a.from), Math.abs(a.to))
