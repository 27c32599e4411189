import type { Span } from '../../diagnostics/source.ts'
import { hull, product, type Bounds } from './bounds.ts'
import type { Expr, Layer } from './layer.ts'
import { localValue } from './locals.ts'
import { isColumn, isScalar, scalar } from './types.ts'
import { childrenOf } from './walk.ts'
import { one } from '../rational.ts'

/**
 * One summand of what an update does to its state X: `factors · left₁ ⋯ leftₙ X right₁ ⋯ rightₘ`, and elementwise
 * factors (`masks`) over all.
 */
export interface Term {
  readonly negative: boolean
  readonly factors: readonly Expr[]
  readonly masks: readonly Expr[]
  readonly left: readonly Expr[]
  readonly right: readonly Expr[]
  readonly flipped: boolean
  /** Growth that was worked out already: micro-steps, the branches of `where`. */
  readonly grown: readonly Bounds[]
  readonly span: Span
}

/** What is looked for, and how growth inside a term is worked out. */
export interface Target {
  readonly layer: Layer
  readonly isTarget: (expr: Expr) => boolean
  readonly growthOf: (expr: Expr, target: Target) => Bounds | undefined
}

const negated = (term: Term): Term => ({ ...term, negative: !term.negative })

const transposed = (expr: Expr): Expr =>
  expr.kind === 'transpose'
    ? expr.value
    : {
        kind: 'transpose',
        value: expr,
        type: { element: expr.type.element, rows: expr.type.cols, cols: expr.type.rows },
        span: expr.span,
      }

const dependsOn = (expr: Expr, target: Target): boolean => {
  if (target.isTarget(expr)) return true
  if (expr.kind === 'let' && expr.at.kind === 'now') {
    const value = target.layer.lets.find((l) => l.name === expr.name)?.value
    if (value && dependsOn(value, target)) return true
  }
  if (expr.kind === 'local') {
    const value = localValue(target.layer, expr.name)
    return value !== undefined && dependsOn(value, target)
  }
  return childrenOf(expr).some((child) => dependsOn(child, target))
}

/** The summands in which the state stands, without those in which it does not; undefined where they cannot be told. */
export const termsOf = (expr: Expr, target: Target): readonly Term[] | undefined => {
  const of = (e: Expr): readonly Term[] | undefined => termsOf(e, target)
  const { span } = expr
  if (target.isTarget(expr))
    return [{ negative: false, factors: [], masks: [], left: [], right: [], flipped: false, grown: [], span }]
  if (!dependsOn(expr, target)) return []
  const each = (e: Expr, f: (term: Term) => Term): readonly Term[] | undefined =>
    of(e)?.map((term) => ({ ...f(term), span }))
  switch (expr.kind) {
    case 'negate':
      return each(expr.value, negated)
    case 'transpose':
      return each(expr.value, (term) => ({
        ...term,
        left: term.right.map(transposed).reverse(),
        right: term.left.map(transposed).reverse(),
        masks: term.masks.map(transposed),
        flipped: !term.flipped,
      }))
    case 'let': {
      const value =
        expr.at.kind === 'now' ? target.layer.lets.find((l) => l.name === expr.name)?.value : undefined
      return value && !expr.element ? of(value) : undefined
    }
    case 'local': {
      const value = localValue(target.layer, expr.name)
      return value && of(value)
    }
    case 'let-in':
      return of(expr.body)
    case 'binary':
      return ofBinary(expr, target, each)
    case 'call': {
      if (expr.fn !== 'where' || dependsOn(expr.args[0], target)) return undefined
      const branches = expr.args.slice(1).map((arg) => target.growthOf(arg, target))
      return branches.every((b) => b) ? [opaque(hull(branches[0]!, branches[1]!), span)] : undefined
    }
    case 'fold': {
      const initial = target.growthOf(expr.initial, target)
      const inner: Target = { ...target, isTarget: (e) => e.kind === 'local' && e.name === expr.name }
      const step = dependsOn(expr.body, target) ? undefined : target.growthOf(expr.body, inner)
      return initial && step && [opaque(product(initial, repeated(step)), span)]
    }
    default:
      return undefined
  }
}

/** `A @ B @ c` ⇒ A, B, c */
export const factorsOfProduct = (expr: Expr): readonly Expr[] =>
  expr.kind === 'binary' && expr.op === '@'
    ? [...factorsOfProduct(expr.left), ...factorsOfProduct(expr.right)]
    : [expr]

const opaque = (grown: Bounds, span: Span): Term => ({
  negative: false, factors: [], masks: [], left: [], right: [], flipped: false, grown: [grown], span,
}) // prettier-ignore

/** One or more steps: what one step bounds by 1 stays so, what grows grows at least so much. */
const repeated = (step: Bounds): Bounds => {
  const most = Math.max(Math.abs(step.from), Math.abs(step.to))
  if (most > 1) return { ...step, exact: false }
  return { ...step, from: step.from < 0 ? -most : 0, to: most, exact: false }
}

const ofBinary = (
  expr: Extract<Expr, { kind: 'binary' }>,
  target: Target,
  each: (e: Expr, f: (term: Term) => Term) => readonly Term[] | undefined,
): readonly Term[] | undefined => {
  const { left, right, span } = expr
  const held = { left: dependsOn(left, target), right: dependsOn(right, target) }
  switch (expr.op) {
    case '+':
    case '-': {
      const first = termsOf(left, target)
      const second = termsOf(right, target)
      return first && second && [...first, ...(expr.op === '-' ? second.map(negated) : second)]
    }
    case '*':
      if (held.left && held.right) return undefined
      return held.left ? each(left, scaled(right, left)) : each(right, scaled(left, right))
    case '/': {
      if (held.right) return undefined
      const number: Expr = { kind: 'number', value: one, type: scalar, span }
      const inverse: Expr = {
        kind: 'binary',
        op: '/',
        left: number,
        right,
        type: right.type,
        span: right.span,
      }
      return each(left, scaled(inverse, left))
    }
    case '@':
      if (held.left && held.right) return undefined
      return held.left
        ? each(left, (term) => ({ ...term, right: [...term.right, ...factorsOfProduct(right)] }))
        : each(right, (term) => ({ ...term, left: [...factorsOfProduct(left), ...term.left] }))
    default:
      return undefined
  }
}

const scaled =
  (factor: Expr, value: Expr) =>
  (term: Term): Term => {
    if (isScalar(factor.type)) return { ...term, factors: [...term.factors, factor] }
    if (!isScalar(value.type)) return { ...term, masks: [...term.masks, factor] }
    // A scalar read times a vector is an outer product: (k.T @ S @ e) * u.
    return isColumn(factor.type)
      ? { ...term, left: [factor, ...term.left] }
      : { ...term, right: [...term.right, factor] }
  }
