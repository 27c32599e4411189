import type { BuiltinName } from '../builtins.ts'
import { toNumber } from '../rational.ts'
import {
  anything, closed, exactly, hull, inexact, largest, magnitude, negative, product, reciprocal, rising, sum, type Bounds,
} from './bounds.ts' // prettier-ignore
import type { Expr, Interval, Layer, Port } from './layer.ts'
import { binderOf, localValue } from './locals.ts'
import { normOf } from './norms.ts'
import { constantOf } from './size.ts'
import { isScalar } from './types.ts'

/**
 * The interval of a real value, component by component, that follows from the declared ranges; undefined where
 * nothing is known of it.
 */
export const intervalOf = (expr: Expr, layer: Layer): Interval | undefined => {
  const { from, to, fromOpen, toOpen } = boundsOf(expr, layer)
  return from === -Infinity && to === Infinity ? undefined : { from, to, fromOpen, toOpen }
}

const known = new WeakMap<Layer, Map<Expr, Bounds>>()

/** As `intervalOf`, with how certain it is. */
export const boundsOf = (expr: Expr, layer: Layer): Bounds => {
  const memo = known.get(layer) ?? new Map<Expr, Bounds>()
  known.set(layer, memo)
  const before = memo.get(expr)
  if (before) return before
  // A value that comes round to itself through earlier tokens is not known while it is being looked at.
  memo.set(expr, anything)
  const found = expr.type.element === 'real' ? derive(expr, layer) : anything
  memo.set(expr, found)
  return found
}

const derive = (expr: Expr, layer: Layer): Bounds => {
  const of = (e: Expr): Bounds => boundsOf(e, layer)
  switch (expr.kind) {
    case 'number':
      return exactly(toNumber(expr.value))
    case 'infinity':
      return exactly(Infinity)
    case 'size': {
      const value = constantOf(expr.size)
      return value === undefined ? inexact({ ...closed(1, Infinity), toOpen: true }) : exactly(value)
    }
    case 'variable': {
      const binder = binderOf(layer, expr.name)
      if (!binder) return anything
      const [from, to] = [of(binder.from), of(binder.to)]
      return inexact({ ...closed(from.from, to.to - 1), toOpen: to.to === Infinity })
    }
    case 'input':
    case 'param':
      return ofPort(expr, layer)
    case 'let':
    case 'output': {
      const place = expr.kind === 'let' ? layer.lets : layer.outputs
      const value = place.find((item) => item.name === expr.name)?.value
      return value ? early(of(value), expr) : anything
    }
    case 'local': {
      const value = localValue(layer, expr.name)
      return value ? of(value) : anything
    }
    case 'position':
    case 'length':
      return { ...closed(0, Infinity), toOpen: true }
    case 'identity':
      return closed(0, 1)
    case 'transpose':
      return of(expr.value)
    case 'negate':
      return negative(of(expr.value))
    case 'component':
      return of(expr.value)
    case 'binary':
      return ofBinary(expr, layer)
    case 'call':
      return ofCall(expr, layer)
    case 'let-in':
      return of(expr.body)
    case 'reduce':
      return ofReduce(expr, layer)
    case 'state':
    case 'fold':
    case 'bool':
    case 'not':
      return anything
    default:
      return expr satisfies never
  }
}

/** Before the first token everything is zero. */
const early = (bounds: Bounds, expr: Extract<Expr, { kind: 'input' | 'let' | 'output' }>): Bounds =>
  expr.at.kind === 'earlier' ? hull(bounds, exactly(0)) : bounds

const ofPort = (expr: Extract<Expr, { kind: 'input' | 'param' }>, layer: Layer): Bounds => {
  const port = [...layer.inputs, ...layer.params].find((p) => p.name === expr.name)
  const bounds = port ? ofPromise(port) : anything
  return expr.kind === 'input' ? early(bounds, expr) : bounds
}

const ofPromise = (port: Port): Bounds => {
  const uses = new Set([port.name])
  if (port.range) return { ...closed(port.range.from, port.range.to), ...port.range, uses }
  if (port.normAtMost !== undefined) return { ...closed(-port.normAtMost, port.normAtMost), uses }
  return { ...anything, exact: true, uses }
}

const ofBinary = (expr: Extract<Expr, { kind: 'binary' }>, layer: Layer): Bounds => {
  const [a, b] = [boundsOf(expr.left, layer), boundsOf(expr.right, layer)]
  switch (expr.op) {
    case '+':
      return sum(a, b)
    case '-':
      return sum(a, negative(b))
    case '*':
      return product(a, b)
    case '/':
      return quotient(expr, a, b, layer)
    case '^':
      return power(a, b)
    case '%':
      return b.from > 0 ? inexact({ ...closed(a.from < 0 ? -b.to : 0, b.to), toOpen: true }) : anything
    case '@':
      return inner(expr.left, expr.right, layer)
    default:
      return anything
  }
}

/** A component of a vector is no larger than its norm, so `k / norm(k)` lies in [−1, 1]. */
const quotient = (expr: Expr, a: Bounds, b: Bounds, layer: Layer): Bounds => {
  const plain = product(a, reciprocal(b))
  if (isScalar(expr.type)) return plain
  const norm = normOf(expr, layer)
  if (norm === undefined || norm >= largest(plain)) return plain
  return inexact({ ...closed(Math.max(-norm, plain.from), Math.min(norm, plain.to)), uses: plain.uses })
}

const power = (a: Bounds, b: Bounds): Bounds => {
  if (b.from === b.to) {
    const n = b.from
    if (a.from >= 0) {
      const raised = rising(a, (x) => x ** Math.abs(n))
      return n >= 0 ? raised : reciprocal(raised)
    }
    if (Number.isInteger(n) && n > 0 && n % 2 === 1) return rising(a, (x) => x ** n)
    if (Number.isInteger(n) && n > 0) return rising(magnitude(a), (x) => x ** n)
  }
  if (a.from === a.to && a.from > 0) {
    const raised = { ...b, from: a.from ** b.from, to: a.from ** b.to }
    return a.from >= 1
      ? raised
      : { ...raised, from: raised.to, to: raised.from, fromOpen: b.toOpen, toOpen: b.fromOpen }
  }
  if (a.from < 0) return { ...anything, loose: a.loose || b.loose }
  const corners = [a.from, a.to].flatMap((x) => [x ** b.from, x ** b.to])
  if (corners.some(Number.isNaN)) return inexact({ ...closed(0, Infinity), loose: a.loose || b.loose })
  return inexact({ ...closed(Math.min(...corners), Math.max(...corners)), loose: a.loose || b.loose })
}

/** A product of matrices, component by component: an inner product is at most the product of the norms. */
const inner = (left: Expr, right: Expr, layer: Layer): Bounds => {
  const [a, b] = [boundsOf(left, layer), boundsOf(right, layer)]
  const count = constantOf(left.type.cols)
  if (count === 1) return product(a, b)
  if (isScalar({ ...left.type, cols: right.type.cols })) {
    const [m, n] = [normOf(left, layer), normOf(right, layer)]
    if (m !== undefined && n !== undefined)
      return inexact(closed(a.from >= 0 && b.from >= 0 ? 0 : -m * n, m * n))
  }
  const each = product(a, b)
  return inexact(count === undefined ? unbounded(each) : product(each, exactly(count)))
}

/** A sum of an unknown number (at least one) of such values. */
const unbounded = (each: Bounds): Bounds => ({
  ...each,
  from: each.from >= 0 ? each.from : -Infinity,
  to: each.to <= 0 ? each.to : Infinity,
  exact: false,
})

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const softplus = (x: number): number => (x > 30 ? x : Math.log1p(Math.exp(x)))

const risingFunctions: Partial<Record<BuiltinName, (x: number) => number>> = {
  exp: Math.exp,
  log: (x) => (x <= 0 ? -Infinity : Math.log(x)),
  sqrt: (x) => Math.sqrt(Math.max(x, 0)),
  tanh: Math.tanh,
  sigmoid,
  logsigmoid: (x) => -softplus(-x),
  softplus,
  relu: (x) => Math.max(x, 0),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  floor: Math.floor,
  sign: Math.sign,
}

/** Functions with level stretches: an end that the argument leaves out can still be reached. */
const flat: ReadonlySet<BuiltinName> = new Set<BuiltinName>(['relu', 'floor', 'sign'])

/** Only what goes on for ever has no end. */
const endless = (a: Bounds): Bounds => ({ ...a, fromOpen: a.from === -Infinity, toOpen: a.to === Infinity })

/** Functions that never reach the ends of what they tend to. */
const openEnds: ReadonlySet<BuiltinName> = new Set<BuiltinName>([
  'exp',
  'tanh',
  'sigmoid',
  'logsigmoid',
  'softplus',
])

const ofCall = (expr: Extract<Expr, { kind: 'call' }>, layer: Layer): Bounds => {
  const { fn, args } = expr
  const of = (e: Expr): Bounds => boundsOf(e, layer)
  const f = risingFunctions[fn]
  if (f) {
    const arg = of(args[0])
    const risen = rising(arg, f)
    if (flat.has(fn)) return endless(risen)
    if (!openEnds.has(fn)) return risen
    return {
      ...risen,
      fromOpen: risen.fromOpen || arg.from === -Infinity,
      toOpen: risen.toOpen || arg.to === Infinity,
    }
  }
  switch (fn) {
    case 'abs':
      return args[0].type.element === 'complex'
        ? { ...closed(0, Infinity), toOpen: true, exact: false, loose: true }
        : magnitude(of(args[0]))
    case 'sin':
    case 'cos':
      return inexact({ ...closed(-1, 1), uses: of(args[0]).uses })
    case 'silu':
    case 'gelu': {
      const arg = of(args[0])
      return inexact({ ...arg, from: arg.from >= 0 ? 0 : -0.28, fromOpen: false, to: Math.max(arg.to, 0) })
    }
    case 'min':
    case 'max': {
      if (args.length === 1) return inexact(of(args[0]))
      const [a, b] = args.map(of)
      const pick = fn === 'min' ? Math.min : Math.max
      const ends = endless({ ...sum(a, b), from: pick(a.from, b.from), to: pick(a.to, b.to) })
      return { ...ends, loose: ends.loose && !Number.isFinite(largest(ends)) }
    }
    case 'mean':
    case 'slice':
    case 'reshape':
      return of(args[0])
    case 'diag':
      return hull(of(args[0]), exactly(0))
    case 'pow':
      return power(of(args[0]), of(args[1]))
    case 'where':
      return hull(of(args[1]), of(args[2]))
    case 'concat':
      return args.map(of).reduce(hull)
    case 'softmax':
    case 'onehot':
    case 'topk_mask':
      return inexact(closed(0, 1))
    case 'norm':
      return inexact(closed(0, normOf(args[0], layer) ?? Infinity))
    case 'sum': {
      const count = constantOf(args[0].type.rows)
      const width = constantOf(args[0].type.cols)
      const each = of(args[0])
      return inexact(
        count === undefined || width === undefined ? unbounded(each) : product(each, exactly(count * width)),
      )
    }
    case 'cumsum':
      return inexact(unbounded(of(args[0])))
    case 'dot':
      return inner(transposed(args[0]), args[1], layer)
    case 'outer_flat':
      return product(of(args[0]), of(args[1]))
    case 'argmax':
      return { ...closed(0, Infinity), toOpen: true, exact: false }
    case 're':
    case 'im':
    case 'solve':
    case 'window_softmax':
    default:
      return anything
  }
}

const transposed = (e: Expr): Expr => ({
  kind: 'transpose',
  value: e,
  type: { element: e.type.element, rows: e.type.cols, cols: e.type.rows },
  span: e.span,
})

const ofReduce = (expr: Extract<Expr, { kind: 'reduce' }>, layer: Layer): Bounds => {
  const body = boundsOf(expr.body, layer)
  if (expr.op !== 'sum') return inexact(body)
  const [from, to] = [boundsOf(expr.binder.from, layer), boundsOf(expr.binder.to, layer)]
  // Over tokens the first ones have fewer terms, so that zero is always possible.
  const count = expr.tokens ? Infinity : to.to - from.from
  return inexact(
    product(body, { ...closed(expr.tokens ? 0 : Math.max(0, to.from - from.to), Math.max(0, count)) }),
  )
}
