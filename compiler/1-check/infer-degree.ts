import type { Label } from '../../diagnostics/diagnostic.ts'
import type { Span } from '../../diagnostics/source.ts'
import type { BuiltinName } from '../builtins.ts'
import type { Expr, Layer } from './layer.ts'
import type { Report } from './report.ts'
import { childrenOf } from './walk.ts'

/** Where a state comes in. */
interface Read {
  readonly state: string
  readonly span: Span
  /** The let through which it came. */
  readonly via?: string
}

/** How a value depends on the states of a stratum: not at all, affinely, or in another way, which begins at `at`. */
export type Degree =
  | { readonly kind: 'free' }
  | { readonly kind: 'affine'; readonly read: Read }
  | { readonly kind: 'other'; readonly read: Read; readonly at: Span; readonly how: string }

const free: Degree = { kind: 'free' }

/** Functions that are linear in these of their arguments (all, where none are named). */
const linear: Partial<Record<BuiltinName, readonly number[] | 'all'>> = {
  where: [1, 2],
  sum: 'all',
  mean: 'all',
  cumsum: 'all',
  concat: 'all',
  slice: [0],
  reshape: [0],
  diag: 'all',
  complex: 'all',
  re: 'all',
  im: 'all',
  conj: 'all',
  solve: [1],
  window_softmax: [2],
}

export interface Stratum {
  readonly states: ReadonlySet<string>
  readonly layer: Layer
}

/** The degree of an expression in the states of a stratum. */
export const degreeOf = (expr: Expr, stratum: Stratum): Degree => degree(expr, stratum, new Map(), new Map())

const degree = (
  expr: Expr,
  stratum: Stratum,
  locals: ReadonlyMap<string, Degree>,
  named: Map<string, Degree>,
): Degree => {
  const of = (e: Expr): Degree => degree(e, stratum, locals, named)
  const { span } = expr
  switch (expr.kind) {
    case 'state':
      return stratum.states.has(expr.name) ? { kind: 'affine', read: { state: expr.name, span } } : free
    case 'let':
    case 'output':
      return through(expr.name, stratum, named)
    case 'local':
      return locals.get(expr.name) ?? free
    case 'transpose':
    case 'negate':
    case 'component':
      return widen(of(expr.value), expr)
    case 'binary': {
      const [left, right] = [of(expr.left), of(expr.right)]
      switch (expr.op) {
        case '+':
        case '-':
          return worst(left, right)
        case '*':
        case '@':
          return product(left, right, expr)
        case '/':
          return right.kind === 'free'
            ? widen(left, expr)
            : bent(right, span, 'something is divided by what is read from the state')
        case '%':
        case '^':
          return bentBy(
            [left, right],
            span,
            expr.op === '%' ? 'a remainder is taken of the state' : 'the state is raised to a power',
          )
        default:
          return bentBy([left, right], span, 'a condition depends on the state')
      }
    }
    case 'not':
      return bentBy([of(expr.value)], span, 'a condition depends on the state')
    case 'call': {
      const args = expr.args.map(of)
      if (expr.fn === 'dot' || expr.fn === 'outer_flat') return product(args[0], args[1], expr)
      const positions = linear[expr.fn]
      const straight = args.filter((_, i) => positions === 'all' || positions?.includes(i))
      const others = args.filter((d) => !straight.includes(d))
      if (others.some((d) => d.kind !== 'free'))
        return bentBy(
          others,
          span,
          expr.fn === 'where' ? 'a condition depends on the state' : `the state goes through ${expr.fn}`,
        )
      return straight.reduce(worst, free)
    }
    case 'let-in':
      return degree(expr.body, stratum, new Map([...locals, [expr.name, of(expr.value)]]), named)
    case 'fold': {
      const initial = of(expr.initial)
      const step = (d: Degree): Degree =>
        degree(expr.body, stratum, new Map([...locals, [expr.name, d]]), named)
      const once = step(initial)
      const joined = worst(initial, once)
      return worst(joined, step(joined))
    }
    case 'reduce': {
      const body = of(expr.body)
      return expr.op === 'sum' || expr.op === 'concat'
        ? body
        : bentBy([body], span, `the state goes through ${expr.op}`)
    }
    default:
      return childrenOf(expr).map(of).reduce(worst, free)
  }
}

/** A let or an output: its own degree, and the name by which the state came in. */
const through = (name: string, stratum: Stratum, named: Map<string, Degree>): Degree => {
  const before = named.get(name)
  if (before) return before
  named.set(name, free)
  const place =
    stratum.layer.lets.find((l) => l.name === name) ?? stratum.layer.outputs.find((o) => o.name === name)
  const own = place ? degree(place.value, stratum, new Map(), named) : free
  const result: Degree =
    own.kind === 'free'
      ? own
      : { ...own, read: { ...own.read, via: name, span: own.read.via ? own.read.span : place!.value.span } }
  named.set(name, result)
  return result
}

/** A read is shown with what is made of it at once: `S[t-1].T @ k`, not `S[t-1]` alone. */
const widen = (d: Degree, expr: Expr): Degree =>
  d.kind === 'affine' && !d.read.via ? { ...d, read: { ...d.read, span: expr.span } } : d

const worst = (a: Degree, b: Degree): Degree =>
  a.kind === 'other' ? a : b.kind === 'other' ? b : a.kind === 'affine' ? a : b

const bent = (d: Degree, at: Span, how: string): Degree =>
  d.kind === 'free' ? free : d.kind === 'other' ? d : { kind: 'other', read: d.read, at, how }

const bentBy = (degrees: readonly Degree[], at: Span, how: string): Degree =>
  bent(degrees.reduce(worst, free), at, how)

const product = (left: Degree, right: Degree, expr: Expr): Degree => {
  if (left.kind === 'free') return widen(right, expr)
  if (right.kind === 'free') return widen(left, expr)
  // The one that was read and named, or bent, is what meets the state.
  const read =
    right.kind === 'other' || (right.read.via && !(left.kind === 'other' || left.read.via))
      ? right.read
      : left.read
  return { kind: 'other', read, at: expr.span, how: 'the state is multiplied by something read from it' }
}

/** An update must be affine in the states of its stratum; says where the state meets itself. */
export const checkDegree = (value: Expr, stratum: Stratum, report: Report): void => {
  const found = degreeOf(value, stratum)
  if (found.kind !== 'other') return
  const { read, at, how } = found
  const inside = read.span.source === at.source && read.span.start === at.start && read.span.end === at.end
  const label: Label = {
    span: read.span,
    message: read.via ? `${read.via} is read from ${read.state}` : `this is read from ${read.state}`,
  }
  report('state-not-linear', { how }, at, {
    caret: `here it meets ${read.state} again`,
    labels: inside ? [] : [label],
    help: `gate with an input instead: only updates linear in ${read.state} have a chunk form (a recurrent mixer may do without)`,
  })
}
