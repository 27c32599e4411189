import { toNumber } from '../rational.ts'
import type { Expr } from './layer.ts'
import { walk } from './walk.ts'

/** The promises of a `where`, one by one: `a && b` is two. */
export const promisesIn = (expr: Expr): readonly Expr[] =>
  expr.kind === 'binary' && expr.op === '&&' ? [...promisesIn(expr.left), ...promisesIn(expr.right)] : [expr]

/** The inputs and params that an expression speaks of. */
export const portsIn = (expr: Expr): readonly string[] => {
  const names = new Set<string>()
  walk(expr, (e) => {
    if (e.kind === 'input' || e.kind === 'param') names.add(e.name)
  })
  return [...names]
}

const constant = (expr: Expr): number | undefined => {
  if (expr.kind === 'number') return toNumber(expr.value)
  if (expr.kind === 'binary' && expr.op === '/') {
    const [a, b] = [constant(expr.left), constant(expr.right)]
    return a === undefined || b === undefined ? undefined : a / b
  }
  return undefined
}

/** `norm(k) <= c` in any spelling ⇒ c: the bound on the norm of the vector `name` that a promise gives. */
export const normBoundIn = (promise: Expr, name: string): number | undefined => {
  if (promise.kind !== 'binary') return undefined
  const { op, left, right } = promise
  const isNorm = (e: Expr): boolean =>
    e.kind === 'call' &&
    e.fn === 'norm' &&
    (e.args[0].kind === 'input' || e.args[0].kind === 'param') &&
    e.args[0].name === name
  if ((op === '<=' || op === '<' || op === '==') && isNorm(left)) return constant(right)
  if ((op === '>=' || op === '>' || op === '==') && isNorm(right)) return constant(left)
  return undefined
}
