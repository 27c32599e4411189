import type * as ast from '../../grammar/ast.ts'
import { builtins } from '../builtins.ts'
import { mismatch } from './call-shapes.ts'
import type { FnEntry, FnTable } from './functions.ts'
import { infer, isNumber } from './infer-shapes.ts'
import type { Expr, Type } from './layer.ts'
import { bind, type Binding, type Scope } from './scope.ts'
import { dim, type Size } from './size.ts'
import { isScalar, printType } from './types.ts'
import { typeOf } from './declared-types.ts'
import { spread } from './spread.ts'
import { hasUnknown, unknowns } from './unknowns.ts'
import { childrenOf } from './walk.ts'

/** What is known of a function once its body has been looked at by itself. */
interface Checked {
  readonly fine: boolean
  /** Made of functions of scalars only, so that it applies to vectors and matrices element by element. */
  readonly elementwise: boolean
}

/** For each table of functions (made anew for each check), what its functions turned out to be. */
const checked = new WeakMap<FnTable, Map<ast.Fn, Checked>>()

/** A body sees its parameters, its sizes and the functions of its own file, and nothing of the mixer. */
const bodyScope = (entry: FnEntry, sizes: ReadonlyMap<string, Size>, scope: Scope): Scope => ({
  ...scope,
  functions: entry.table,
  inlining: [...scope.inlining, entry.fn],
  declared: new Map(),
  bindings: new Map<string, Binding>([...sizes].map(([name, size]) => [name, { kind: 'size', size }])),
})

/** Check a function by itself, its sizes standing for any: what is wrong is said once, where it is written. */
export const checkFunction = (entry: FnEntry, outside: Scope): Checked => {
  const known = checked.get(entry.table) ?? new Map<ast.Fn, Checked>()
  checked.set(entry.table, known)
  const before = known.get(entry.fn)
  if (before) return before
  known.set(entry.fn, { fine: false, elementwise: false })

  const { fn } = entry
  let fine = true
  const scope: Scope = {
    ...outside,
    unknowns: unknowns(),
    report: (code, placeholders, span, extra) => {
      fine = false
      outside.report(code, placeholders, span, extra)
    },
  }
  const inner = bodyScope(entry, new Map(fn.sizes.map((size) => [size.text, dim(size.text)])), scope)
  reportRepeated([...fn.sizes, ...fn.parameters.map((p) => p.name)], scope)
  let body: Scope = inner
  for (const { name, type: written } of fn.parameters) {
    const type = typeOf(written, inner)
    if (type?.count) scope.report('array-parameter', {}, written.span)
    body = bind(
      body,
      name.text,
      type && !type.count
        ? { kind: 'value', expr: { kind: 'local', name: name.text, type, span: name.span } }
        : { kind: 'broken' },
    )
  }
  const value = infer(fn.body, body)
  const result = fn.result && typeOf(fn.result, inner)
  if (value && result) fitsResult(value, result, fn, inner)
  const found = {
    fine: fine && value !== undefined,
    elementwise: fine && value !== undefined && isElementwise(value),
  }
  known.set(fn, found)
  return found
}

const reportRepeated = (names: readonly ast.Name[], scope: Scope): void =>
  names.forEach((name, i) => {
    const first = names.slice(0, i).find((other) => other.text === name.text)
    if (!first) return
    scope.report('duplicate-name', { name: name.text }, name.span, {
      labels: [{ span: first.span, message: `${name.text} is declared here first` }],
    })
  })

const fitsResult = (value: Expr, result: Type, fn: ast.Fn, scope: Scope): boolean => {
  if (!isNumber(value, scope)) return false
  if (value.type.element === 'complex' && result.element === 'real') {
    scope.report('complex-value', { what: `the result of ${fn.name.text}` }, value.span)
    return false
  }
  if (isScalar(scope.unknowns.resolveType(value.type))) return true
  if (
    scope.unknowns.unify(value.type.rows, result.rows) &&
    scope.unknowns.unify(value.type.cols, result.cols)
  )
    return true
  mismatch(
    `the result of ${fn.name.text}`,
    value,
    { ...value, type: result, span: fn.result!.span },
    value.span,
    scope,
  )
  return false
}

const isElementwise = (expr: Expr): boolean => {
  switch (expr.kind) {
    case 'number':
    case 'infinity':
    case 'bool':
    case 'size':
    case 'position':
    case 'length':
    case 'local':
      return isScalar(expr.type)
    case 'negate':
    case 'not':
    case 'let-in':
      break
    case 'binary':
      if (expr.op === '@') return false
      break
    case 'call':
      if (builtins[expr.fn].sort !== 'elementwise' && builtins[expr.fn].sort !== 'complex') return false
      if ((expr.fn === 'min' || expr.fn === 'max') && expr.args.length === 1) return false
      break
    default:
      return false
  }
  return childrenOf(expr).every(isElementwise)
}

/** Read again and again at no cost, so that it can stand in place of its name. */
const isPlain = (expr: Expr): boolean =>
  [
    'number',
    'infinity',
    'bool',
    'size',
    'variable',
    'input',
    'param',
    'let',
    'output',
    'state',
    'local',
    'position',
    'length',
    'identity',
  ].includes(expr.kind)

/** Put the body of a function in place of a call of it. Sizes follow from the arguments. */
export const inlineCall = (
  entry: FnEntry,
  call: Extract<ast.Expr, { kind: 'call' }>,
  scope: Scope,
): Expr | undefined => {
  const { fn } = entry
  const args = call.args.map((arg) => infer(arg, scope))
  if (scope.inlining.includes(fn)) {
    scope.report('recursive-function', { name: fn.name.text }, call.span, {
      labels: [{ span: fn.name.span, message: `${fn.name.text} is defined here` }],
    })
    return undefined
  }
  if (args.length !== fn.parameters.length) {
    const expected = String(fn.parameters.length)
    scope.report('wrong-arity', { name: fn.name.text, expected, given: args.length }, call.span, {
      labels: [{ span: fn.name.span, message: `${fn.name.text} is defined here` }],
    })
    return undefined
  }
  const own = checkFunction(entry, scope)
  if (!own.fine || args.some((arg) => !arg)) return undefined

  const sizes = new Map(fn.sizes.map((size) => [size.text, scope.unknowns.fresh()]))
  const inner = bodyScope(entry, sizes, scope)
  const fitted = fitArguments(fn, args as Expr[], own.elementwise, sizes, { call, inner, scope })
  if (!fitted) return undefined

  const wrapped: { name: string; value: Expr }[] = []
  let body: Scope = inner
  fitted.args.forEach((value, i) => {
    const { text } = fn.parameters[i].name
    const name = isPlain(value) ? undefined : scope.fresh(text)
    if (name !== undefined) wrapped.push({ name, value })
    const expr: Expr =
      name === undefined ? value : { kind: 'local', name, type: value.type, span: value.span }
    body = bind(body, text, { kind: 'value', expr })
  })
  const value = infer(fn.body, body)
  if (!value) return undefined
  const result = fn.result && !fitted.elementwise ? typeOf(fn.result, inner) : undefined
  if (result && !fitsResult(value, result, fn, inner)) return undefined
  const { span } = call
  return wrapped.reduceRight<Expr>(
    (inside, { name, value: bound }) => ({
      kind: 'let-in',
      name,
      value: bound,
      body: inside,
      type: inside.type,
      span,
    }),
    { ...(result ? spread(value, result, scope) : value), span },
  )
}

/**
 * Make the arguments of a call agree with the parameters, which settles the sizes. A function of scalars takes
 * vectors and matrices element by element; a scalar fits anywhere.
 */
const fitArguments = (
  fn: ast.Fn,
  args: readonly Expr[],
  mayApplyElementwise: boolean,
  sizes: ReadonlyMap<string, Size>,
  { call, inner, scope }: { readonly call: ast.Expr; readonly inner: Scope; readonly scope: Scope },
): { readonly args: readonly Expr[]; readonly elementwise: boolean } | undefined => {
  const fitted = [...args]
  let common: Expr | undefined
  const { resolveType, unify } = scope.unknowns
  // Arguments whose sizes are plain names come first (`vec<2*N>` is then a check), scalars last.
  const rank = (i: number): number =>
    (isScalar(resolveType(args[i].type)) ? 2 : 0) +
    (fn.parameters[i].type.sizes.some((size) => size.kind !== 'name') ? 1 : 0)
  const order = args.map((_, i) => i).sort((i, j) => rank(i) - rank(j))
  for (const i of order) {
    const { name, type: written } = fn.parameters[i]
    const what = `${name.text} of ${fn.name.text}`
    const type = typeOf(written, inner)
    const arg = args[i]
    if (!type || !isNumber(arg, scope)) return undefined
    if (arg.type.element === 'complex' && type.element === 'real') {
      scope.report('complex-value', { what }, arg.span)
      return undefined
    }
    const given = resolveType(arg.type)
    if (mayApplyElementwise && isScalar(type) && !isScalar(given)) {
      if (common && !(unify(common.type.rows, given.rows) && unify(common.type.cols, given.cols))) {
        mismatch(fn.name.text, common, arg, call.span, scope)
        return undefined
      }
      common ??= { ...arg, type: given }
    } else if (isScalar(given) && isSettled(resolveType(type))) {
      fitted[i] = spread(arg, type, scope)
    } else if (!unify(given.rows, type.rows) || !unify(given.cols, type.cols)) {
      const wanted = printType(resolveType(type)).replaceAll(/\?\d+/g, (unknown) => nameOf(unknown, sizes))
      scope.report('shape-mismatch', { what, left: printType(given), right: wanted }, arg.span, {
        labels: [{ span: written.span, message: 'what it takes' }],
      })
      return undefined
    }
  }
  return { args: fitted, elementwise: common !== undefined }
}

const isSettled = (type: Type): boolean => !hasUnknown(type.rows) && !hasUnknown(type.cols)

const nameOf = (unknown: string, sizes: ReadonlyMap<string, Size>): string =>
  [...sizes].find(([, size]) => size.kind === 'dim' && size.name === unknown)?.[0] ?? unknown
