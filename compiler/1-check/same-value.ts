import type { Expr, Layer, Time } from './layer.ts'
import { localValue } from './locals.ts'
import { printSize } from './size.ts'
import { print } from '../rational.ts'

const known = new WeakMap<Layer, Map<Expr, string>>()

/** Text that is the same for two values that are written alike, lets and local names written out. */
export const keyOf = (expr: Expr, layer: Layer): string => {
  const memo = known.get(layer) ?? new Map<Expr, string>()
  known.set(layer, memo)
  const before = memo.get(expr)
  if (before !== undefined) return before
  memo.set(expr, '…')
  const key = write(expr, layer)
  memo.set(expr, key)
  return key
}

const timeKey = (at: Time, layer: Layer): string => {
  switch (at.kind) {
    case 'now':
      return ''
    case 'earlier':
      return `[t-${keyOf(at.by, layer)}]`
    case 'end':
      return '[end]'
    case 'token':
      return `[${at.variable}]`
  }
}

const write = (expr: Expr, layer: Layer): string => {
  const of = (e: Expr): string => keyOf(e, layer)
  switch (expr.kind) {
    case 'number':
      return print(expr.value)
    case 'infinity':
      return 'inf'
    case 'bool':
      return String(expr.value)
    case 'size':
      return printSize(expr.size)
    case 'variable':
      return expr.name
    case 'input':
    case 'state':
      return `${expr.kind} ${expr.name}${expr.element ? `[${of(expr.element)}]` : ''}${timeKey(expr.at, layer)}`
    case 'param':
      return `param ${expr.name}${expr.element ? `[${of(expr.element)}]` : ''}`
    case 'output':
      return `output ${expr.name}${timeKey(expr.at, layer)}`
    case 'let': {
      const value = layer.lets.find((l) => l.name === expr.name)?.value
      if (value && expr.at.kind === 'now' && !expr.element) return of(value)
      return `let ${expr.name}${expr.element ? `[${of(expr.element)}]` : ''}${timeKey(expr.at, layer)}`
    }
    case 'local': {
      const value = localValue(layer, expr.name)
      return value ? of(value) : `local ${expr.name}`
    }
    case 'position':
      return 'pos'
    case 'length':
      return 'length'
    case 'identity':
      return `I<${printSize(expr.type.rows)}>`
    case 'transpose':
      return expr.value.kind === 'transpose' ? of(expr.value.value) : `(${of(expr.value)}).T`
    case 'negate':
      return `-(${of(expr.value)})`
    case 'not':
      return `!(${of(expr.value)})`
    case 'binary':
      return `(${of(expr.left)} ${expr.op} ${of(expr.right)})`
    case 'call':
      return `${expr.fn}(${expr.args.map(of).join(', ')})`
    case 'component':
      return `(${of(expr.value)})[${of(expr.index)}]`
    case 'let-in':
      return of(expr.body)
    case 'fold':
      return `fold ${expr.name} = ${of(expr.initial)} for ${expr.binder.variable} in ${of(expr.binder.from)}..${of(expr.binder.to)}: ${of(expr.body)}`
    case 'reduce':
      return `${expr.op}(${expr.binder.variable} in ${of(expr.binder.from)}..${of(expr.binder.to)}: ${of(expr.body)})`
    default:
      return expr satisfies never
  }
}
