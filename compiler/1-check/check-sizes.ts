import { diagnostic, type Diagnostic, type Extra } from '../../diagnostics/diagnostic.ts'
import type { Code, Placeholders } from '../../diagnostics/catalog.ts'
import type { Span } from '../../diagnostics/source.ts'
import { suggest } from '../../diagnostics/suggest.ts'
import { toNumber } from '../rational.ts'
import type { Expr, Layer, Type } from './layer.ts'
import { constantOf, dimsIn, evaluate, printSize, type Dims, type Size } from './size.ts'
import { walk } from './walk.ts'

/**
 * The sizes that a layer is compiled for: its defaults, with some put in their place. Each is a positive whole
 * number, every `dim … where` holds, and no size that is computed from them comes to less than 1.
 */
export const dimsOf = (
  layer: Layer,
  overrides: Readonly<Record<string, number>> = {},
): { readonly dims: Dims } | { readonly diagnostics: readonly Diagnostic[] } => {
  const diagnostics: Diagnostic[] = []
  const report = <C extends Code>(
    code: C,
    placeholders: Placeholders<C>,
    span?: Span,
    extra?: Extra,
  ): void => {
    diagnostics.push(diagnostic(code, placeholders, span, extra))
  }
  const names = layer.dims.map((d) => d.name)
  for (const name of Object.keys(overrides)) {
    if (names.includes(name)) continue
    const best = suggest(name, names)
    report('unknown-dim', { name, layer: layer.name }, layer.span, {
      help: best
        ? `did you mean ${best}?`
        : names.length > 0
          ? `its dims are ${names.join(', ')}`
          : 'it has no dims',
    })
  }

  const dims: Record<string, number> = {}
  for (const { name, value, span } of layer.dims) {
    const given = Object.hasOwn(overrides, name) ? overrides[name] : undefined
    if (given === undefined && value && dimsIn(value).some((d) => !(d in dims))) continue
    const found = given ?? (value && evaluate(value, dims))
    if (found === undefined) report('dim-missing', { name, layer: layer.name }, span)
    else if (!Number.isSafeInteger(found) || found < 1) report('dim-invalid', { name, value: found }, span)
    else dims[name] = found
  }
  if (diagnostics.length > 0) return { diagnostics }

  for (const condition of layer.conditions)
    if (truth(condition, dims) === 0) {
      const involved = dimsOfExpr(condition)
      report('dim-condition', { dims: involved.map((d) => `${d} = ${dims[d]}`).join(', ') }, condition.span)
    }
  const positive = (size: Size, what: string, span: Span): void => {
    const value = evaluate(size, dims)
    if (value < 1 || !Number.isSafeInteger(value))
      report('size-not-positive', { what: `${printSize(size)}, a size of ${what},`, size: value }, span)
  }
  const positiveType = (type: Type, what: string, span: Span): void => {
    for (const size of [type.rows, type.cols, ...(type.count ? [type.count] : [])])
      if (constantOf(size) === undefined) positive(size, what, span)
  }
  for (const item of [...layer.inputs, ...layer.params, ...layer.states, ...layer.lets, ...layer.outputs])
    positiveType(item.type, item.name, item.span)
  if (diagnostics.length === 0)
    for (const { value } of [...layer.lets, ...layer.updates, ...layer.outputs])
      walk(value, (e) => {
        if (e.kind === 'call' && e.fn === 'slice') checkSlice(e, dims, report)
        if (e.kind === 'call' && e.fn === 'reshape') checkReshape(e, dims, report)
      })
  return diagnostics.length > 0 ? { diagnostics } : { dims }
}

type Say = <C extends Code>(code: C, placeholders: Placeholders<C>, span?: Span) => void
type CallExpr = Extract<Expr, { kind: 'call' }>

const checkSlice = (expr: CallExpr, dims: Dims, report: Say): void => {
  const [x, from, to] = expr.args
  const [first, last] = [from, to].map((e) => truth(e, dims))
  const length = evaluate(x.type.rows, dims) * evaluate(x.type.cols, dims)
  if (first === undefined || last === undefined) return
  if (first < 0 || last > length || first >= last)
    report('index-out-of-range', { what: 'the slice', from: 0, to: length }, expr.span)
}

const checkReshape = (expr: CallExpr, dims: Dims, report: Say): void => {
  const count = (type: Type): number => evaluate(type.rows, dims) * evaluate(type.cols, dims)
  const [before, after] = [count(expr.args[0].type), count(expr.type)]
  if (before !== after)
    report('shape-mismatch', { what: 'reshape', left: `${before} components`, right: `${after}` }, expr.span)
}

const dimsOfExpr = (expr: Expr): readonly string[] => {
  const names = new Set<string>()
  walk(expr, (e) => {
    if (e.kind === 'size') for (const name of dimsIn(e.size)) names.add(name)
  })
  return [...names]
}

/** A number made of dims; conditions come to 1 or 0. Undefined where loop variables or tokens come in. */
const truth = (expr: Expr, dims: Dims): number | undefined => {
  switch (expr.kind) {
    case 'number':
      return toNumber(expr.value)
    case 'infinity':
      return Infinity
    case 'bool':
      return Number(expr.value)
    case 'size':
      return evaluate(expr.size, dims)
    case 'negate': {
      const value = truth(expr.value, dims)
      return value === undefined ? undefined : -value
    }
    case 'not': {
      const value = truth(expr.value, dims)
      return value === undefined ? undefined : 1 - value
    }
    case 'binary': {
      const [a, b] = [truth(expr.left, dims), truth(expr.right, dims)]
      return a === undefined || b === undefined ? undefined : compute(expr.op, a, b)
    }
    case 'call': {
      const args = expr.args.map((arg) => truth(arg, dims))
      if (args.some((a) => a === undefined)) return undefined
      const f = functions[expr.fn]
      return f && f(...(args as number[]))
    }
    default:
      return undefined
  }
}

const functions: Readonly<Record<string, (...args: number[]) => number>> = {
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  floor: Math.floor,
  min: Math.min,
  max: Math.max,
  pow: Math.pow,
}

const compute = (op: Extract<Expr, { kind: 'binary' }>['op'], a: number, b: number): number => {
  switch (op) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
    case '@':
      return a * b
    case '/':
      return a / b
    case '%':
      return a - b * Math.floor(a / b)
    case '^':
      return a ** b
    case '==':
      return Number(a === b)
    case '!=':
      return Number(a !== b)
    case '<':
      return Number(a < b)
    case '<=':
      return Number(a <= b)
    case '>':
      return Number(a > b)
    case '>=':
      return Number(a >= b)
    case '&&':
      return Number(a !== 0 && b !== 0)
    case '||':
      return Number(a !== 0 || b !== 0)
    default:
      return op satisfies never
  }
}
