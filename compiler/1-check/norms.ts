import { boundsOf } from './intervals.ts'
import { largest } from './bounds.ts'
import { keyOf } from './same-value.ts'
import type { Expr, Layer } from './layer.ts'
import { localValue } from './locals.ts'
import { constantOf } from './size.ts'
import { isScalar } from './types.ts'

/** Functions with |f(x)| ≤ |x|: they make no component larger. */
const shrinking: ReadonlySet<string> = new Set([
  'relu',
  'abs',
  'tanh',
  'sin',
  'silu',
  'gelu',
  'elu',
  're',
  'im',
  'conj',
])

/**
 * An upper bound on the Euclidean norm of a vector (of a scalar: its magnitude) that follows from the declared
 * ranges and promises; undefined where there is none. `x / norm(x)` has norm 1.
 */
export const normOf = (expr: Expr, layer: Layer): number | undefined => {
  const shaped = byShape(expr, layer)
  const size = constantOf(expr.type.rows)
  const width = constantOf(expr.type.cols)
  if (shaped !== undefined || expr.type.element !== 'real' || size === undefined || width === undefined)
    return shaped
  const each = boundsOf(expr, layer)
  return finite(largest(each) * Math.sqrt(size * width))
}

const finite = (x: number): number | undefined => (Number.isFinite(x) ? x : undefined)
const times = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a * b

const byShape = (expr: Expr, layer: Layer): number | undefined => {
  const of = (e: Expr): number | undefined => normOf(e, layer)
  const reach = (e: Expr): number | undefined =>
    e.type.element === 'real' ? finite(largest(boundsOf(e, layer))) : undefined
  switch (expr.kind) {
    case 'input':
    case 'param':
      return [...layer.inputs, ...layer.params].find((port) => port.name === expr.name)?.normAtMost
    case 'let':
      return ofNamed(expr.name, layer)
    case 'local': {
      const value = localValue(layer, expr.name)
      return value && of(value)
    }
    case 'let-in':
      return of(expr.body)
    case 'transpose':
    case 'negate':
      return of(expr.value)
    case 'binary':
      switch (expr.op) {
        case '+':
        case '-': {
          if (isScalar(expr.left.type) !== isScalar(expr.right.type)) return undefined
          const [a, b] = [of(expr.left), of(expr.right)]
          return a === undefined || b === undefined ? undefined : a + b
        }
        case '*':
          return times(reach(expr.left), of(expr.right)) ?? times(of(expr.left), reach(expr.right))
        case '/': {
          if (isNormOf(expr.right, expr.left, layer)) return 1
          if (expr.right.type.element !== 'real') return undefined
          const { from, to } = boundsOf(expr.right, layer)
          const least = from > 0 ? from : to < 0 ? -to : 0
          return least > 0 ? times(of(expr.left), 1 / least) : undefined
        }
        default:
          return undefined
      }
    case 'call':
      if (shrinking.has(expr.fn)) return of(expr.args[0])
      switch (expr.fn) {
        case 'softmax':
        case 'onehot':
          return 1
        case 'slice':
          return of(expr.args[0])
        case 'concat': {
          const parts = expr.args.map(of)
          return parts.some((p) => p === undefined) ? undefined : Math.hypot(...(parts as number[]))
        }
        case 'where': {
          const [a, b] = [of(expr.args[1]), of(expr.args[2])]
          return a === undefined || b === undefined ? undefined : Math.max(a, b)
        }
        default:
          return undefined
      }
    default:
      return undefined
  }
}

const looking = new WeakMap<Layer, Set<string>>()

const ofNamed = (name: string, layer: Layer): number | undefined => {
  const busy = looking.get(layer) ?? new Set<string>()
  looking.set(layer, busy)
  const value = layer.lets.find((l) => l.name === name)?.value
  if (!value || busy.has(name)) return undefined
  busy.add(name)
  const found = normOf(value, layer)
  busy.delete(name)
  return found
}

/** Whether `divisor` is at least the norm of `x`: `norm(x)`, `norm(x) + c`, `max(norm(x), c)`, `sqrt(sum(x * x) + c)` … */
const isNormOf = (divisor: Expr, x: Expr, layer: Layer): boolean => {
  const key = keyOf(x, layer)
  const atLeast = (e: Expr, is: (e: Expr) => boolean): boolean => {
    const value = resolved(e, layer)
    if (is(value)) return true
    if (value.kind === 'binary' && value.op === '+')
      return [
        [value.left, value.right],
        [value.right, value.left],
      ].some(([a, b]) => atLeast(a, is) && boundsOf(b, layer).from >= 0)
    return (
      value.kind === 'call' &&
      value.fn === 'max' &&
      value.args.length === 2 &&
      value.args.some((a) => atLeast(a, is))
    )
  }
  const same = (e: Expr): boolean => keyOf(e, layer) === key
  const isSquare = (e: Expr): boolean => {
    if (e.kind === 'call' && e.fn === 'dot') return same(e.args[0]) && same(e.args[1])
    if (e.kind === 'call' && e.fn === 'sum') {
      const [of] = [resolved(e.args[0], layer)]
      if (of.kind !== 'binary') return false
      return of.op === '*'
        ? same(of.left) && same(of.right)
        : of.op === '^' && same(of.left) && isTwo(of.right)
    }
    return (
      e.kind === 'binary' &&
      e.op === '@' &&
      e.left.kind === 'transpose' &&
      same(e.left.value) &&
      same(e.right)
    )
  }
  const isNorm = (e: Expr): boolean =>
    e.kind === 'call' &&
    ((e.fn === 'norm' && same(e.args[0])) || (e.fn === 'sqrt' && atLeast(e.args[0], isSquare)))
  return atLeast(divisor, isNorm)
}

const isTwo = (e: Expr): boolean =>
  e.kind === 'number' && e.value.numerator === 2n && e.value.denominator === 1n

/** A let or local, as what it stands for. */
const resolved = (expr: Expr, layer: Layer): Expr => {
  if (expr.kind === 'local') {
    const value = localValue(layer, expr.name)
    return value ? resolved(value, layer) : expr
  }
  if (expr.kind === 'let' && expr.at.kind === 'now' && !expr.element) {
    const value = layer.lets.find((l) => l.name === expr.name)?.value
    return value ? resolved(value, layer) : expr
  }
  return expr.kind === 'let-in' ? resolved(expr.body, layer) : expr
}
