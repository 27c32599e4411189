import { print as printRational, type Rational } from '../rational.ts'
import type { Binder, Expr, Interval, Layer, Port, Time } from './layer.ts'
import { printSize } from './size.ts'
import { printType } from './types.ts'

/** From loose to tight, as the grammar has it. */
const binds: Readonly<Record<string, number>> = {
  '||': 1, '&&': 2, '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3, '+': 4, '-': 4, '*': 5, '/': 5, '@': 5, '%': 5, '^': 7,
} // prettier-ignore
const unary = 6
const postfix = 8

const printTime = (at: Time): string => {
  switch (at.kind) {
    case 'now':
      return 't'
    case 'earlier': {
      const by = at.by
      if (by.kind === 'number' && by.value.numerator < 0n)
        return `t+${printRational({ ...by.value, numerator: -by.value.numerator })}`
      return `t-${printExpr(by, unary)}`
    }
    case 'end':
      return 'end'
    case 'token':
      return at.variable
  }
}

const printBinder = (binder: Binder, tokens = false): string => {
  const bound = (e: Expr): string => (tokens ? `t + ${printExpr(e, 5)}` : printExpr(e, 5))
  return `${binder.variable} in ${bound(binder.from)}..${bound(binder.to)}`
}

/** `0.5` rather than `1/2`, where a decimal says it exactly. */
const printDecimal = (value: Rational): string => {
  for (let digits = 1; digits <= 12; digits++)
    if ((value.numerator * 10n ** BigInt(digits)) % value.denominator === 0n) {
      const scaled = (value.numerator * 10n ** BigInt(digits)) / value.denominator
      const [sign, text] = scaled < 0n ? ['-', `${-scaled}`] : ['', `${scaled}`]
      const padded = text.padStart(digits + 1, '0')
      return `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`
    }
  return printRational(value)
}

/** An expression as the language spells it; `level` is how tightly its place binds. */
export const printExpr = (expr: Expr, level = 0): string => {
  const place = (own: number, text: string): string => (own < level ? `(${text})` : text)
  const element = (e: Expr | undefined): string => (e ? `[${printExpr(e)}]` : '')
  switch (expr.kind) {
    case 'number': {
      const text = expr.value.denominator === 1n ? printRational(expr.value) : printDecimal(expr.value)
      return text.includes('/') ? place(5, text) : text.startsWith('-') ? place(unary, text) : text
    }
    case 'infinity':
      return 'inf'
    case 'bool':
      return String(expr.value)
    case 'size': {
      const text = printSize(expr.size)
      return /^[\p{L}\p{N}_]+$/u.test(text) ? text : `(${text})`
    }
    case 'variable':
    case 'local':
      return expr.name
    case 'input':
    case 'let':
      return `${expr.name}${element(expr.element)}${expr.at.kind === 'now' ? '' : `[${printTime(expr.at)}]`}`
    case 'output':
      return `${expr.name}${expr.at.kind === 'now' ? '' : `[${printTime(expr.at)}]`}`
    case 'param':
      return `${expr.name}${element(expr.element)}`
    case 'state':
      return `${expr.name}${element(expr.element)}[${printTime(expr.at)}]`
    case 'position':
      return 'pos'
    case 'length':
      return 'length'
    case 'identity':
      return 'I'
    case 'transpose':
      return `${printExpr(expr.value, postfix)}.T`
    case 'negate':
      return place(unary, `-${printExpr(expr.value, unary)}`)
    case 'not':
      return place(unary, `!${printExpr(expr.value, unary)}`)
    case 'binary': {
      const own = binds[expr.op]
      const [left, right] = expr.op === '^' ? [own + 1, unary] : [own, own + 1]
      return place(own, `${printExpr(expr.left, left)} ${expr.op} ${printExpr(expr.right, right)}`)
    }
    case 'call':
      return `${expr.fn}(${expr.args.map((arg) => printExpr(arg)).join(', ')})`
    case 'component':
      return `${printExpr(expr.value, postfix)}[${printExpr(expr.index)}]`
    case 'let-in':
      return place(0, `let ${expr.name} = ${printExpr(expr.value, 1)} in ${printExpr(expr.body)}`)
    case 'fold':
      return place(
        0,
        `fold ${expr.name} = ${printExpr(expr.initial, 1)} for ${printBinder(expr.binder)}: ${printExpr(expr.body)}`,
      )
    case 'reduce':
      return `${expr.op}(${printBinder(expr.binder, expr.tokens)}: ${printExpr(expr.body)})`
    default:
      return expr satisfies never
  }
}

const printNumber = (x: number): string => (x === Infinity ? 'inf' : x === -Infinity ? '-inf' : String(x))

export const printInterval = ({ from, to, fromOpen, toOpen }: Interval): string =>
  `${fromOpen ? '(' : '['}${printNumber(from)}, ${printNumber(to)}${toOpen ? ')' : ']'}`

const printPort = (kind: 'input' | 'param', port: Port): string =>
  [
    `${kind} ${port.name}: ${printType(port.type)}`,
    port.range && `in ${printInterval(port.range)}`,
    port.where && `where ${printExpr(port.where)}`,
    port.over && `over ${port.over}`,
  ]
    .filter(Boolean)
    .join(' ')

const inFor = (binder: Binder | undefined, text: string): string =>
  binder ? `for ${printBinder(binder)} { ${text} }` : text
const indexed = (name: string, binder: Binder | undefined): string =>
  binder ? `${name}[${binder.variable}]` : name

/** The typed equations of a layer, one declaration a line. */
export const print = (layer: Layer): string =>
  [
    `${layer.recurrentOnly ? 'recurrent ' : ''}mixer ${layer.name}`,
    ...layer.dims.map((d) => `dim ${d.name}${d.value ? ` = ${printSize(d.value)}` : ''}`),
    ...layer.conditions.map((c) => `where ${printExpr(c)}`),
    ...layer.inputs.map((port) => printPort('input', port)),
    ...layer.params.map((port) => printPort('param', port)),
    ...layer.states.map((s) => `state ${s.name}: ${printType(s.type)}${s.initial ? ` = ${s.initial}` : ''}`),
    ...layer.lets.map((l) =>
      inFor(
        l.binder,
        `let ${indexed(l.name, l.binder)}: ${printType({ ...l.type, count: undefined })} = ${printExpr(l.value)}`,
      ),
    ),
    ...layer.updates.map((u) => inFor(u.binder, `${indexed(u.state, u.binder)}[t] = ${printExpr(u.value)}`)),
    ...layer.outputs.map(
      (o) =>
        `output ${o.name}: ${printType(o.type)}${o.over ? ` over ${o.over}` : ''} = ${printExpr(o.value)}`,
    ),
  ].join('\n')
