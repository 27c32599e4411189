import type { Span } from '../../diagnostics/source.ts'
import { builtins, type BuiltinName } from '../builtins.ts'
import type { Expr, Type } from './layer.ts'
import type { Scope } from './scope.ts'
import { apply, constantOf, dimsIn, isUnit, sameSize, simplify, unit, type Size } from './size.ts'
import { condition, isColumn, isRow, isScalar, matrix, printType, scalar, vector } from './types.ts'
import { variablesIn } from './whole.ts'

/** One call: its arguments are typed, those that are sizes come as sizes. */
export interface Call {
  readonly fn: BuiltinName
  readonly args: readonly Expr[]
  readonly sizes: readonly (Size | undefined)[]
  readonly span: Span
  readonly scope: Scope
}

/** Which arguments of a function are whole numbers known before any token comes. */
export const wholeArguments: Partial<Record<BuiltinName, readonly number[]>> = {
  slice: [1, 2],
  reshape: [1, 2],
  onehot: [1],
  topk_mask: [1],
  window_softmax: [3],
}

/** Make two shapes agree, a scalar giving way; says so where they do not. */
export const broadcast = (what: string, a: Expr, b: Expr, span: Span, scope: Scope): Type | undefined => {
  const element = a.type.element === 'complex' || b.type.element === 'complex' ? 'complex' : a.type.element
  const [left, right] = [scope.unknowns.resolveType(a.type), scope.unknowns.resolveType(b.type)]
  if (isScalar(left)) return { ...right, element }
  if (isScalar(right)) return { ...left, element }
  if (scope.unknowns.unify(left.rows, right.rows) && scope.unknowns.unify(left.cols, right.cols))
    return { ...scope.unknowns.resolveType(left), element }
  return mismatch(what, a, b, span, scope)
}

/**
 * Two values whose shapes do not go together. What stands round them is still looked at, with a shape that goes
 * with any.
 */
export const mismatch = (what: string, a: Expr, b: Expr, span: Span, scope: Scope): Type => {
  const [first, second] = [a, b].map((e) => scope.unknowns.resolveType(e.type))
  const [left, right] = [first, second].map(printType)
  const scalesRows = isColumn(first) && !isColumn(second) && sameSize(first.rows, second.rows)
  scope.report('shape-mismatch', { what, left, right }, span, {
    labels: [
      { span: a.span, message: `this is a ${left}` },
      { span: b.span, message: `this is a ${right}` },
    ],
    ...(scalesRows ? { help: 'diag(w) @ S scales each row of S by its component of w' } : {}),
  })
  return anyShape(a.type.element === 'complex' || b.type.element === 'complex' ? 'complex' : 'real', scope)
}

export const anyShape = (element: Type['element'], scope: Scope): Type =>
  matrix(scope.unknowns.fresh(), scope.unknowns.fresh(), element)

/** A size may depend on dims, not on loop variables: every turn of a loop must have the same shapes. */
export const steady = (size: Size, span: Span, scope: Scope): Size | undefined => {
  const found = simplify(scope.unknowns.resolve(size))
  const variables = variablesIn(scope)
  if (!dimsIn(found).some((name) => variables.has(name) || name === 't' || name === 'end')) return found
  scope.report('size-varies', {}, span)
  return undefined
}

const complexOf = (args: readonly Expr[]): Type['element'] =>
  args.some((a) => a.type.element === 'complex') ? 'complex' : 'real'

/** The length of a vector or a row; a matrix has none. */
const lengthOf = (call: Call, index: number): Size | undefined => {
  const type = call.scope.unknowns.resolveType(call.args[index].type)
  if (isColumn(type)) return type.rows
  if (isRow(type)) return type.cols
  if (call.scope.unknowns.unify(type.cols, unit)) return type.rows
  call.scope.report('not-a-vector', { what: call.fn, type: printType(type) }, call.args[index].span)
  return undefined
}

/** The same way round as an argument, with another length. */
const resized = (arg: Expr, size: Size, scope: Scope): Type => {
  const type = scope.unknowns.resolveType(arg.type)
  const { element } = type
  return isColumn(type) ? vector(size, element) : { element, rows: type.rows, cols: size }
}

const elementwise = (call: Call): Type | undefined => {
  let type: Type | undefined = call.args[0].type
  for (const arg of call.args.slice(1))
    type = type && broadcast(call.fn, { ...call.args[0], type }, arg, call.span, call.scope)
  return type
}

const reduction = (call: Call): Type | undefined =>
  lengthOf(call, 0) && {
    ...scalar,
    element: call.fn === 'norm' || call.fn === 'argmax' ? 'real' : complexOf(call.args),
  }

/** A function of whole vectors, whose result has the shape of its argument. */
const likewise = (call: Call): Type | undefined => lengthOf(call, 0) && call.args[0].type

const rules: Partial<Record<BuiltinName, (call: Call) => Type | undefined>> = {
  abs: (call) => ({ ...call.args[0].type, element: 'real' }),
  where: (call) => {
    const [choice, yes, no] = call.args
    const value = broadcast('the two branches of where', yes, no, call.span, call.scope)
    if (!value) return undefined
    return broadcast(
      'the condition of where',
      { ...choice, type: { ...choice.type, element: value.element } },
      { ...yes, type: value },
      call.span,
      call.scope,
    )
  },
  min: (call) => (call.args.length === 1 ? reduction(call) : elementwise(call)),
  max: (call) => (call.args.length === 1 ? reduction(call) : elementwise(call)),
  dot: (call) => {
    const [a, b] = [lengthOf(call, 0), lengthOf(call, 1)]
    if (!a || !b) return undefined
    if (call.scope.unknowns.unify(a, b)) return { ...scalar, element: complexOf(call.args) }
    mismatch('the inner product', call.args[0], call.args[1], call.span, call.scope)
    return undefined
  },
  softmax: likewise,
  cumsum: likewise,
  topk_mask: likewise,
  onehot: (call) => {
    const size = call.sizes[1] && steady(call.sizes[1], call.args[1].span, call.scope)
    if (!isScalar(call.scope.unknowns.resolveType(call.args[0].type))) {
      call.scope.report(
        'not-a-scalar',
        { what: 'the index of onehot', type: printType(call.args[0].type) },
        call.args[0].span,
      )
      return undefined
    }
    return size && vector(size)
  },
  solve: (call) => {
    const [a, b] = call.args.map((arg) => call.scope.unknowns.resolveType(arg.type))
    const { unify } = call.scope.unknowns
    if (unify(a.rows, a.cols) && unify(a.cols, b.rows)) return { ...b, element: complexOf(call.args) }
    mismatch('solve(A, b)', call.args[0], call.args[1], call.span, call.scope)
    return undefined
  },
  concat: (call) => {
    const lengths = call.args.map((_, i) => lengthOf(call, i))
    if (lengths.some((l) => !l)) return undefined
    const types = call.args.map((arg) => call.scope.unknowns.resolveType(arg.type))
    const rows = types.every(isRow) && !types.every(isColumn)
    if (!rows && !types.every(isColumn)) {
      const odd = types.findIndex((type) => isRow(type) && !isColumn(type))
      const other = types.findIndex((type) => isColumn(type))
      mismatch('concat', call.args[odd], call.args[other], call.span, call.scope)
      return undefined
    }
    const length = simplify((lengths as Size[]).reduce((sum, size) => apply('+', sum, size)))
    return rows
      ? { element: complexOf(call.args), rows: types[0].rows, cols: length }
      : vector(length, complexOf(call.args))
  },
  slice: (call) => {
    const length = lengthOf(call, 0)
    const [, from, to] = call.sizes
    if (!length || !from || !to) return undefined
    const size = steady(apply('-', to, from), call.span, call.scope)
    if (!size) return undefined
    const count = constantOf(size)
    const over = constantOf(apply('-', to, length))
    const under = constantOf(from)
    if (
      (count !== undefined && count < 1) ||
      (over !== undefined && over > 0) ||
      (under !== undefined && under < 0)
    ) {
      call.scope.report(
        'index-out-of-range',
        { what: 'the slice', from: 0, to: printLength(length) },
        call.span,
      )
      return undefined
    }
    return resized(call.args[0], size, call.scope)
  },
  outer_flat: (call) => {
    const [a, b] = [lengthOf(call, 0), lengthOf(call, 1)]
    return a && b && vector(simplify(apply('*', a, b)), complexOf(call.args))
  },
  reshape: (call) => {
    const [, rows, cols] = call.sizes
    if (!rows || (call.args.length === 3 && !cols)) return undefined
    const r = steady(rows, call.args[1].span, call.scope)
    const c = cols ? steady(cols, call.args[2].span, call.scope) : undefined
    if (!r || (cols && !c)) return undefined
    const to = matrix(r, c ?? unit, call.args[0].type.element)
    const from = call.scope.unknowns.resolveType(call.args[0].type)
    const [before, after] = [apply('*', from.rows, from.cols), apply('*', to.rows, to.cols)]
    // Divisions round down, so that sizes with one may agree for the dims that are given.
    if (call.scope.unknowns.unify(before, after) || mayAgree(before, after)) return to
    mismatch('reshape', call.args[0], { ...call.args[0], type: to }, call.span, call.scope)
    return undefined
  },
  diag: (call) => {
    const length = lengthOf(call, 0)
    return length && matrix(length, length, complexOf(call.args))
  },
  complex: (call) => {
    const type = broadcast('complex(re, im)', call.args[0], call.args[1], call.span, call.scope)
    return type && { ...type, element: 'complex' }
  },
  re: (call) => ({ ...call.args[0].type, element: 'real' }),
  im: (call) => ({ ...call.args[0].type, element: 'real' }),
  conj: (call) => call.args[0].type,
  cis: (call) => ({ ...call.args[0].type, element: 'complex' }),
  window_softmax: (call) => {
    const [q, k, v] = call.args
    const lengths = [0, 1, 2].map((i) => lengthOf(call, i))
    if (lengths.some((l) => !l)) return undefined
    if (call.scope.unknowns.unify(lengths[0]!, lengths[1]!)) return v.type
    mismatch('window_softmax', q, k, call.span, call.scope)
    return undefined
  },
}

const printLength = (size: Size): string => (isUnit(size) ? '1' : printType(vector(size)).slice(4, -1))

const mayAgree = (a: Size, b: Size): boolean =>
  !sameSize(a, b) && [a, b].some((s) => JSON.stringify(s).match(/"op":"[/%]"/) !== null)

/** Functions that have a meaning for complex values. */
const complexReady: ReadonlySet<BuiltinName> = new Set<BuiltinName>([
  'exp', 'abs', 'where', 'sum', 'mean', 'norm', 'dot', 'cumsum', 'solve', 'concat', 'slice', 'outer_flat', 'reshape',
  'diag', 're', 'im', 'conj',
]) // prettier-ignore

/** The type of a call of a built-in function. */
export const callType = (call: Call): Type | undefined => {
  const { scope } = call
  let fine = true
  call.args.forEach((arg, i) => {
    if (call.fn === 'where' && i === 0) {
      if (arg.type.element === 'bool') return
      scope.report('not-a-condition', { what: 'the first argument of where' }, arg.span)
      fine = false
    } else if (arg.type.element === 'bool') {
      scope.report('condition-as-number', {}, arg.span)
      fine = false
    } else if (arg.type.element === 'complex' && !complexReady.has(call.fn)) {
      scope.report('complex-value', { what: call.fn }, arg.span)
      fine = false
    }
  })
  if (!fine) return undefined
  const rule = rules[call.fn]
  if (rule) return rule(call)
  return builtins[call.fn].sort === 'elementwise' ? elementwise(call) : reduction(call)
}

/** A comparison or a connective gives a condition of the common shape. */
export const conditionLike = (type: Type): Type => ({ ...condition, rows: type.rows, cols: type.cols })
