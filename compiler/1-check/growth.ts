import {
  anything,
  closed,
  exactly,
  hull,
  inexact,
  largest,
  negative,
  product,
  sum,
  type Bounds,
} from './bounds.ts'
import { boundsOf } from './intervals.ts'
import type { Span } from '../../diagnostics/source.ts'
import type { Expr, Layer, Update } from './layer.ts'
import { localValue } from './locals.ts'
import { normOf } from './norms.ts'
import { portsIn } from './promises.ts'
import { keyOf } from './same-value.ts'
import { isColumn, isRow, isScalar } from './types.ts'
import { factorsOfProduct, termsOf, type Target, type Term } from './transition-terms.ts'

/**
 * What one step can multiply the state by: an interval that holds every eigenvalue of the transition (their
 * magnitudes, where they are complex). It is `exact` where the declared ranges are certain to reach its ends.
 * Undefined where the update is not of a kind that this can tell.
 *
 *     I - beta * k @ k.T, norm(k) = 1, beta in [0, 2]   ⇒   [-1, 1]
 */
export const growthOfUpdate = (
  update: Update,
  layer: Layer,
): { readonly bounds: Bounds; readonly span: Span } | undefined => {
  const target: Target = {
    layer,
    isTarget: (e) =>
      e.kind === 'state' &&
      e.name === update.state &&
      e.at.kind === 'earlier' &&
      isOwnElement(e.element, update),
    growthOf: (e, inside) => growth(e, inside),
  }
  const bounds = growth(update.value, target)
  const terms = bounds && termsOf(update.value, target)
  return bounds && { bounds, span: terms?.length === 1 ? terms[0].span : update.value.span }
}

/** Of an array of states only `S[m]` is what `S[m][t] = …` updates. */
const isOwnElement = (element: Expr | undefined, update: Update): boolean =>
  !element || (element.kind === 'variable' && element.name === update.binder?.variable)

const growth = (expr: Expr, target: Target): Bounds | undefined => {
  const terms = termsOf(expr, target)
  if (!terms || terms.some((term) => term.flipped)) return undefined
  if (terms.length === 0) return exactly(0)
  return growthOfTerms(terms, target.layer)
}

const growthOfTerms = (terms: readonly Term[], layer: Layer): Bounds => {
  const key = (e: Expr): string => keyOf(e, layer)
  const [first, ...others] = terms
  const shared = (of: (term: Term) => readonly Expr[]): readonly Expr[] =>
    others.length === 0
      ? of(first)
      : others.reduce<readonly Expr[]>((kept, term) => common(kept, of(term).map(key), key), of(first))
  const factors = shared((term) => term.factors)
  const masks = shared((term) => term.masks)
  const ends = sharedEnds(terms, key)
  const rest = terms
    .map((term) => ({
      ...term,
      factors: without(term.factors, factors, key),
      masks: without(term.masks, masks, key),
      left: inner(term.left, ends.left, ends.leftEnd),
      right: inner(term.right, ends.rightStart, ends.right),
    }))
    .map((term) => growthOfTerm(term, layer))
    .reduce(sum)
  const outside = [
    ...factors.map((e) => size(e, layer)),
    ...masks.map((e) => size(e, layer)),
    ...[ends.left, ends.leftEnd, ends.rightStart, ends.right].flatMap((matrices) =>
      matrices.length > 0 ? [eigenvaluesOf(matrices, layer)] : [],
    ),
  ]
  return outside.reduce(product, rest)
}

/** What is in both lists, each as often as in both. */
const common = (
  list: readonly Expr[],
  keys: readonly string[],
  key: (e: Expr) => string,
): readonly Expr[] => {
  const left = [...keys]
  return list.filter((e) => {
    const i = left.indexOf(key(e))
    if (i < 0) return false
    left.splice(i, 1)
    return true
  })
}

const without = (
  list: readonly Expr[],
  taken: readonly Expr[],
  key: (e: Expr) => string,
): readonly Expr[] => {
  const left = taken.map(key)
  return list.filter((e) => {
    const i = left.indexOf(key(e))
    if (i < 0) return true
    left.splice(i, 1)
    return false
  })
}

const inner = (list: readonly Expr[], start: readonly Expr[], end: readonly Expr[]): readonly Expr[] =>
  list.slice(start.length, list.length - end.length)

/** Matrices that stand at the same end of every summand: `A X - B A X` ⇒ `(1 - B) A X`. */
const sharedEnds = (terms: readonly Term[], key: (e: Expr) => string) => {
  const prefix = (lists: readonly (readonly Expr[])[]): readonly Expr[] => {
    if (lists.length < 2) return []
    const [first, ...others] = lists
    const end = first.findIndex((e, i) => others.some((list) => i >= list.length || key(list[i]) !== key(e)))
    return end < 0 ? first : first.slice(0, end)
  }
  const suffix = (lists: readonly (readonly Expr[])[]): readonly Expr[] =>
    [...prefix(lists.map((list) => [...list].reverse()))].reverse()
  const left = prefix(terms.map((t) => t.left))
  const leftEnd = suffix(terms.map((t) => t.left.slice(left.length)))
  const rightStart = prefix(terms.map((t) => t.right))
  const right = suffix(terms.map((t) => t.right.slice(rightStart.length)))
  return { left, leftEnd, rightStart, right }
}

const growthOfTerm = (term: Term, layer: Layer): Bounds => {
  const parts = [
    ...term.grown,
    ...term.factors.map((e) => size(e, layer)),
    ...term.masks.map((e) => size(e, layer)),
    eigenvaluesOf(term.left, layer, term.factors),
    eigenvaluesOf(term.right, layer, term.factors),
  ]
  const whole = parts.reduce(product)
  return term.negative ? negative(whole) : whole
}

/** A factor: its interval, or the interval of its magnitude where it is complex. */
const size = (expr: Expr, layer: Layer): Bounds =>
  expr.type.element === 'complex' ? magnitudeOf(expr, layer) : boundsOf(expr, layer)

/** |z|, from below and above; `cis(x)` has magnitude 1, `exp(z)` has e to the real part. */
const magnitudeOf = (expr: Expr, layer: Layer): Bounds => {
  if (expr.type.element !== 'complex') {
    const real = boundsOf(expr, layer)
    const most = largest(real)
    return real.from >= 0
      ? real
      : { ...hull(real, negative(real)), from: 0, to: most, fromOpen: false, exact: real.exact }
  }
  const of = (e: Expr): Bounds => magnitudeOf(e, layer)
  switch (expr.kind) {
    case 'negate':
    case 'transpose':
    case 'component':
      return of(expr.value)
    case 'let': {
      const value = layer.lets.find((l) => l.name === expr.name)?.value
      return value ? of(value) : anything
    }
    case 'local': {
      const value = localValue(layer, expr.name)
      return value ? of(value) : anything
    }
    case 'let-in':
      return of(expr.body)
    case 'binary':
      return expr.op === '*' ? product(of(expr.left), of(expr.right)) : anything
    case 'call':
      if (expr.fn === 'cis') return exactly(1)
      if (expr.fn === 'conj') return of(expr.args[0])
      if (expr.fn === 'exp') {
        const [re] = realParts(expr.args[0], layer)
        return re ? { ...re, from: Math.exp(re.from), to: Math.exp(re.to) } : anything
      }
      return anything
    default:
      return anything
  }
}

const realParts = (expr: Expr, layer: Layer): readonly [Bounds | undefined] => {
  if (expr.kind === 'let') {
    const value = layer.lets.find((l) => l.name === expr.name)?.value
    return value ? realParts(value, layer) : [undefined]
  }
  return expr.kind === 'call' && expr.fn === 'complex' ? [boundsOf(expr.args[0], layer)] : [undefined]
}

/** The eigenvalues of a product of matrices that acts from one side. */
const eigenvaluesOf = (matrices: readonly Expr[], layer: Layer, outside: readonly Expr[] = []): Bounds => {
  if (matrices.length === 0) return exactly(1)
  if (matrices.length === 1) return ofMatrix(matrices[0], layer)
  if (matrices.length === 2 && isColumn(matrices[0].type) && isRow(matrices[1].type))
    return ofOuterProduct(matrices[0], matrices[1], layer)
  // No single eigenvalue of a product need be a product of eigenvalues, but no vector grows by more than the norms.
  const pairs: Bounds[] = []
  for (let i = 0; i < matrices.length; i++) {
    const next = matrices[i + 1]
    if (next && isColumn(matrices[i].type) && !isRow(matrices[i].type) && isRow(next.type)) {
      pairs.push(ofOuterProduct(matrices[i], next, layer))
      i++
    } else pairs.push(ofMatrix(matrices[i], layer))
  }
  const most = pairs.reduce(product)
  const positive = pairs.every((p) => p.from >= 0) && pairs.length === 1
  return inexact(positive ? most : { ...most, from: -largest(most), to: largest(most) })
}

const ofMatrix = (expr: Expr, layer: Layer): Bounds => {
  const of = (e: Expr): Bounds => ofMatrix(e, layer)
  if (isScalar(expr.type)) return size(expr, layer)
  switch (expr.kind) {
    case 'identity':
      return exactly(1)
    case 'transpose':
      return of(expr.value)
    case 'negate':
      return negative(of(expr.value))
    case 'let': {
      const value = layer.lets.find((l) => l.name === expr.name)?.value
      return value && expr.at.kind === 'now' ? of(value) : anything
    }
    case 'local': {
      const value = localValue(layer, expr.name)
      return value ? of(value) : anything
    }
    case 'let-in':
      return of(expr.body)
    case 'call':
      return expr.fn === 'diag' ? size(expr.args[0], layer) : anything
    case 'binary':
      switch (expr.op) {
        case '+':
          return sum(of(expr.left), of(expr.right))
        case '-':
          return sum(of(expr.left), negative(of(expr.right)))
        case '*':
          if (isScalar(expr.left.type)) return product(size(expr.left, layer), of(expr.right))
          return isScalar(expr.right.type) ? product(size(expr.right, layer), of(expr.left)) : anything
        case '/':
          return isScalar(expr.right.type)
            ? product(
                of(expr.left),
                size({ ...expr, left: unitLike(expr.left), type: expr.right.type }, layer),
              )
            : anything
        case '@':
          return eigenvaluesOf(factorsOfProduct(expr), layer)
        default:
          return anything
      }
    default:
      return anything
  }
}

const unitLike = (expr: Expr): Expr => ({
  kind: 'number',
  value: { numerator: 1n, denominator: 1n },
  type: { ...expr.type, rows: { kind: 'number', value: 1 }, cols: { kind: 'number', value: 1 } },
  span: expr.span,
})

/**
 * `u @ w.T`. Where u = c·x and w = d·x for one vector x, and c·d ≥ 0, it has the eigenvalues of a symmetric matrix:
 * 0 and up to c·d·norm(x)².
 */
const ofOuterProduct = (column: Expr, row: Expr, layer: Layer): Bounds => {
  const [left, right] = [factorsOf(column, layer), factorsOf(row, layer)]
  const keys = right.map((e) => keyOf(e, layer))
  for (const x of left.filter((e) => !isScalar(e.type))) {
    const i = keys.indexOf(keyOf(x, layer))
    const norm = i < 0 ? undefined : normOf(x, layer)
    if (i < 0 || norm === undefined) continue
    const others = [...left.filter((e) => e !== x), ...right.filter((_, j) => j !== i)]
    const coefficient = others.map((e) => size(e, layer)).reduce(product, exactly(1))
    const square = { ...closed(0, norm * norm), uses: promisedIn(x, layer) }
    return product(coefficient, square)
  }
  const [m, n] = [normOf(column, layer), normOf(row, layer)]
  if (m === undefined || n === undefined) return anything
  return inexact(closed(-m * n, m * n))
}

/** The ports in a value that promise something; that `k / norm(k)` has norm 1 needs no promise of k. */
const promisedIn = (expr: Expr, layer: Layer): ReadonlySet<string> => {
  const names = portsIn(expr)
  const ports = [...layer.inputs, ...layer.params].filter((port) => names.includes(port.name))
  return new Set(ports.filter((port) => port.range || port.normAtMost !== undefined).map((port) => port.name))
}

/** The factors of a vector that is a product: `beta * k` ⇒ beta, k. */
const factorsOf = (expr: Expr, layer: Layer): readonly Expr[] => {
  switch (expr.kind) {
    case 'transpose':
      return factorsOf(expr.value, layer)
    case 'let': {
      const value =
        expr.at.kind === 'now' && !expr.element
          ? layer.lets.find((l) => l.name === expr.name)?.value
          : undefined
      return value ? factorsOf(value, layer) : [expr]
    }
    case 'local': {
      const value = localValue(layer, expr.name)
      return value ? factorsOf(value, layer) : [expr]
    }
    case 'let-in':
      return factorsOf(expr.body, layer)
    case 'negate':
      return [
        ...factorsOf(expr.value, layer),
        {
          kind: 'number',
          value: { numerator: -1n, denominator: 1n },
          type: unitLike(expr).type,
          span: expr.span,
        },
      ]
    case 'binary':
      return expr.op === '*' ? [...factorsOf(expr.left, layer), ...factorsOf(expr.right, layer)] : [expr]
    default:
      return [expr]
  }
}
