import type * as ast from '../../grammar/ast.ts'
import { parseRational, toNumber } from '../rational.ts'
import type { Interval } from './layer.ts'
import type { Report } from './report.ts'

const functions: Readonly<Partial<Record<string, (x: number) => number>>> = {
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
}

/** The number that an expression comes to without dims and inputs, if it does. */
export const constantValue = (expr: ast.Expr): number | undefined => {
  switch (expr.kind) {
    case 'number':
      return toNumber(parseRational(expr.text))
    case 'infinity':
      return Infinity
    case 'unary': {
      const value = expr.op === '-' ? constantValue(expr.value) : undefined
      return value === undefined ? undefined : -value
    }
    case 'binary': {
      const [a, b] = [constantValue(expr.left), constantValue(expr.right)]
      return a === undefined || b === undefined ? undefined : arithmetic(expr.op, a, b)
    }
    case 'call': {
      const [arg, ...others] = expr.args.map(constantValue)
      const fn = functions[expr.callee.text]
      return fn && arg !== undefined && others.length === 0 ? fn(arg) : undefined
    }
    default:
      return undefined
  }
}

const arithmetic = (op: ast.BinaryOp, a: number, b: number): number | undefined => {
  switch (op) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '^':
      return a ** b
    default:
      return undefined
  }
}

/** What `in [0, 2)` says. */
export const rangeOf = (range: ast.Range, report: Report): Interval | undefined => {
  const [from, to] = [range.from, range.to].map((bound) => {
    if (bound.kind === 'missing') return undefined
    const value = constantValue(bound)
    if (value === undefined || Number.isNaN(value)) report('not-constant', {}, bound.span)
    return value
  })
  if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to)) return undefined
  const { fromOpen, toOpen } = range
  if (from > to || (from === to && (fromOpen || toOpen))) {
    report('range-empty', { from: show(from), to: show(to) }, range.span, {
      help: from > to ? 'the smaller bound comes first' : 'write [ ] where the bound itself is allowed',
    })
    return undefined
  }
  return { from, to, fromOpen, toOpen }
}

const show = (x: number): string => (x === Infinity ? 'inf' : x === -Infinity ? '-inf' : String(x))
