import type * as ast from '../../grammar/ast.ts'
import { infer } from './infer-shapes.ts'
import type { Expr, Time, Type } from './layer.ts'
import { nearest } from './nearest.ts'
import { timeOf } from './read-time.ts'
import type { Declared, Scope } from './scope.ts'
import { apply, constantOf, dim, dimsIn, printSize, type Size } from './size.ts'
import { isColumn, isRow, isScalar, printType, scalar } from './types.ts'
import { extremesOf, variablesIn, wholeExpr, wholeOf } from './whole.ts'

type NameNode = Extract<ast.Expr, { kind: 'name' }>

/** A name without an index. */
export const inferName = (expr: NameNode, scope: Scope): Expr | undefined => read(expr, [], expr, scope)

/** `k[t-1]`, `k[j][t]`, `w[i]`: all indices of a name at once. */
export const inferIndex = (expr: Extract<ast.Expr, { kind: 'index' }>, scope: Scope): Expr | undefined => {
  const indices: ast.Expr[] = []
  let value: ast.Expr = expr
  while (value.kind === 'index') {
    indices.unshift(value.index)
    value = value.value
  }
  if (value.kind === 'name') return read(value, indices, expr, scope)
  const base = infer(value, scope)
  if (!base) return undefined
  const time = indices.find((index) => mentionsToken(index, scope))
  if (time) {
    scope.report(
      'time-index',
      { name: 'this', why: 'only what has a name is kept from token to token' },
      time.span,
    )
    return undefined
  }
  return components(base, indices, expr, scope)
}

/** Whether an index says which token, not which component. */
const mentionsToken = (index: ast.Expr, scope: Scope): boolean => {
  const size = wholeOf(index, scope)
  if (!size) return containsTime(index)
  const variables = variablesIn(scope)
  return (
    dimsIn(size).some((name) => name === 't' || name === 'end' || variables.get(name)?.tokens) ||
    containsTime(index)
  )
}

const containsTime = (expr: ast.Expr): boolean => {
  switch (expr.kind) {
    case 'time':
      return true
    case 'unary':
      return containsTime(expr.value)
    case 'binary':
      return containsTime(expr.left) || containsTime(expr.right)
    default:
      return false
  }
}

const read = (
  name: NameNode,
  indices: readonly ast.Expr[],
  whole: ast.Expr,
  scope: Scope,
): Expr | undefined => {
  const binding = scope.bindings.get(name.name)
  switch (binding?.kind) {
    case 'broken':
      return undefined
    case 'size':
      return components(
        { kind: 'size', size: binding.size, type: scalar, span: name.span },
        indices,
        whole,
        scope,
      )
    case 'variable':
      return components(
        { kind: 'variable', name: binding.name, type: scalar, span: name.span },
        indices,
        whole,
        scope,
      )
    case 'value': {
      const time = indices.find((index) => containsTime(index))
      if (!time) return components(shown(binding.expr, name), indices, whole, scope)
      scope.report('time-index', { name: name.name, why: 'it is a value of this token alone' }, time.span)
      return undefined
    }
  }
  const declared = scope.declared.get(name.name)
  if (!declared) return undeclared(name, indices, whole, scope)
  return readDeclared(name, declared, indices, whole, scope)
}

/** A local name is shown where it stands; what was given to a function, where the call gives it. */
const shown = (expr: Expr, name: NameNode): Expr =>
  expr.kind === 'local' ? { ...expr, span: name.span } : expr

const undeclared = (
  name: NameNode,
  indices: readonly ast.Expr[],
  whole: ast.Expr,
  scope: Scope,
): Expr | undefined => {
  const { span } = name
  if (name.name === 'pos') return components({ kind: 'position', type: scalar, span }, indices, whole, scope)
  if (name.name === 'length') return components({ kind: 'length', type: scalar, span }, indices, whole, scope)
  const known = [...scope.bindings.keys(), ...scope.declared.keys()]
  const help = scope.functions.names().includes(name.name)
    ? { help: `${name.name} is a function: call it with its arguments in parentheses` }
    : nearest({ text: name.name, span }, known)
  scope.report('unknown-name', { name: name.name }, span, help)
  return undefined
}

const readDeclared = (
  name: NameNode,
  declared: Declared,
  indices: readonly ast.Expr[],
  whole: ast.Expr,
  scope: Scope,
): Expr | undefined => {
  const { span } = whole
  if (declared.kind === 'dim')
    return components(
      { kind: 'size', size: dim(name.name), type: scalar, span: name.span },
      indices,
      whole,
      scope,
    )
  const type = declared.kind === 'let' ? declared.type() : declared.type
  if (!type) return undefined

  const times =
    declared.kind === 'param'
      ? indices.filter((i) => isBareTime(i, scope))
      : indices.filter((i) => mentionsToken(i, scope))
  if (declared.kind === 'param' && times.length > 0) {
    scope.report('time-index', { name: name.name, why: 'a param is the same for all tokens' }, times[0].span)
    return undefined
  }
  if (times.length > 1) {
    scope.report('time-index', { name: name.name, why: 'one token at a time' }, times[1].span)
    return undefined
  }
  if (declared.kind === 'state' && times.length === 0) {
    const shown = `${name.name}[t-1]`
    scope.report('state-without-time', { name: name.name }, span, {
      fix: { title: `Write ${shown}`, edits: [{ span: { ...span, start: span.end }, text: '[t-1]' }] },
    })
    return undefined
  }
  const at: Time | undefined =
    times.length === 1 ? timeOf(name.name, declared.kind, times[0], scope) : { kind: 'now' }
  if (!at) return undefined

  const rest = indices.filter((index) => !times.includes(index))
  let element: Expr | undefined
  if (type.count) {
    const implied = declared.kind === 'let' && declared.perElement && scope.bindings.get(declared.perElement)
    const chosen = rest.shift()
    if (chosen) element = indexOf(chosen, type.count, name.name, scope)
    else if (implied && implied.kind === 'variable')
      element = { kind: 'variable', name: implied.name, type: scalar, span }
    else
      scope.report('array-index', { name: name.name, count: printSize(type.count) }, span, {
        help: `write ${name.name}[0] for the first of them`,
      })
    if (!element) return undefined
  }
  const one: Type = { element: type.element, rows: type.rows, cols: type.cols }
  const place = { type: one, span }
  const value: Expr =
    declared.kind === 'param'
      ? { kind: 'param', name: name.name, ...(element ? { element } : {}), ...place }
      : declared.kind === 'output'
        ? { kind: 'output', name: name.name, at, ...place }
        : { kind: declared.kind, name: name.name, at, ...(element ? { element } : {}), ...place }
  return components(value, rest, whole, scope)
}

/** `t`, `t - 1`, `end`: names a token. `t - s`, the distance of two tokens, is a number. */
const isBareTime = (index: ast.Expr, scope: Scope): boolean => {
  const size = wholeOf(index, scope)
  if (!size || !containsTime(index)) return false
  const variables = variablesIn(scope)
  const names = dimsIn(size)
  return names.includes('end') || (names.includes('t') && !names.some((n) => variables.get(n)?.tokens))
}

/** Which one of an array, or which component. */
const indexOf = (index: ast.Expr, count: Size, what: string, scope: Scope): Expr | undefined => {
  const size = wholeOf(index, scope)
  if (!size) {
    const value = infer(index, scope)
    if (!value) return undefined
    if (isScalar(scope.unknowns.resolveType(value.type)) && isWhole(value)) return value
    scope.report('not-whole', { what: 'an index' }, index.span)
    return undefined
  }
  const { least, largest } = extremesOf(size, scope)
  const under = least && constantOf(least)
  const over = largest && constantOf(apply('-', largest, scope.unknowns.resolve(count)))
  if ((under !== undefined && under < 0) || (over !== undefined && over >= 0)) {
    scope.report(
      'index-out-of-range',
      { what: `the index of ${what}`, from: 0, to: lastOf(count) },
      index.span,
    )
    return undefined
  }
  return wholeExpr(size, scope, index.span)
}

const lastOf = (count: Size): string => printSize(apply('-', count, { kind: 'number', value: 1 }))

/** Values that are whole numbers whatever the tokens are. */
const isWhole = (expr: Expr): boolean => {
  switch (expr.kind) {
    case 'number':
      return expr.value.denominator === 1n
    case 'size':
    case 'variable':
    case 'position':
    case 'length':
      return true
    case 'negate':
      return isWhole(expr.value)
    case 'binary':
      return ['+', '-', '*', '%'].includes(expr.op) && isWhole(expr.left) && isWhole(expr.right)
    case 'call':
      if (expr.fn === 'floor' || expr.fn === 'argmax') return true
      if (expr.fn === 'min' || expr.fn === 'max' || expr.fn === 'abs') return expr.args.every(isWhole)
      return expr.fn === 'where' && expr.args.slice(1).every(isWhole)
    default:
      return false
  }
}

/** `w[i]`: at most one index, into a vector. */
const components = (
  value: Expr,
  indices: readonly ast.Expr[],
  whole: ast.Expr,
  scope: Scope,
): Expr | undefined => {
  if (indices.length === 0) return value
  const type = scope.unknowns.resolveType(value.type)
  const length = isColumn(type) ? type.rows : isRow(type) ? type.cols : undefined
  if (!length || indices.length > 1 || isScalar(type)) {
    scope.report('not-indexable', { type: printType(type) }, indices[isScalar(type) || !length ? 0 : 1].span)
    return undefined
  }
  const index = indexOf(indices[0], length, 'this vector', scope)
  return (
    index && { kind: 'component', value, index, type: { ...scalar, element: type.element }, span: whole.span }
  )
}
