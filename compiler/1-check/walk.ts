import type { Binder, Expr, Time } from './layer.ts'

const timeParts = (at: Time): readonly Expr[] => (at.kind === 'earlier' ? [at.by] : [])

/** The expressions that an expression is directly made of, indices and bounds included. */
export const childrenOf = (expr: Expr): readonly Expr[] => {
  switch (expr.kind) {
    case 'number':
    case 'infinity':
    case 'bool':
    case 'size':
    case 'variable':
    case 'local':
    case 'position':
    case 'length':
    case 'identity':
      return []
    case 'input':
    case 'let':
    case 'state':
      return [...timeParts(expr.at), ...(expr.element ? [expr.element] : [])]
    case 'output':
      return timeParts(expr.at)
    case 'param':
      return expr.element ? [expr.element] : []
    case 'transpose':
    case 'negate':
    case 'not':
      return [expr.value]
    case 'binary':
      return [expr.left, expr.right]
    case 'call':
      return expr.args
    case 'component':
      return [expr.value, expr.index]
    case 'let-in':
      return [expr.value, expr.body]
    case 'fold':
      return [expr.initial, expr.binder.from, expr.binder.to, expr.body]
    case 'reduce':
      return [expr.binder.from, expr.binder.to, expr.body]
  }
}

const mapBinder = (binder: Binder, f: (expr: Expr) => Expr): Binder => ({
  variable: binder.variable,
  from: f(binder.from),
  to: f(binder.to),
})

const mapTime = (at: Time, f: (expr: Expr) => Expr): Time =>
  at.kind === 'earlier' ? { kind: 'earlier', by: f(at.by) } : at

/** The same expression with `f` applied to those it is directly made of. */
export const mapChildren = (expr: Expr, f: (expr: Expr) => Expr): Expr => {
  switch (expr.kind) {
    case 'number':
    case 'infinity':
    case 'bool':
    case 'size':
    case 'variable':
    case 'local':
    case 'position':
    case 'length':
    case 'identity':
      return expr
    case 'input':
    case 'let':
    case 'state':
      return { ...expr, at: mapTime(expr.at, f), element: expr.element && f(expr.element) }
    case 'output':
      return { ...expr, at: mapTime(expr.at, f) }
    case 'param':
      return { ...expr, element: expr.element && f(expr.element) }
    case 'transpose':
    case 'negate':
    case 'not':
      return { ...expr, value: f(expr.value) }
    case 'binary':
      return { ...expr, left: f(expr.left), right: f(expr.right) }
    case 'call':
      return { ...expr, args: expr.args.map(f) }
    case 'component':
      return { ...expr, value: f(expr.value), index: f(expr.index) }
    case 'let-in':
      return { ...expr, value: f(expr.value), body: f(expr.body) }
    case 'fold':
      return { ...expr, initial: f(expr.initial), binder: mapBinder(expr.binder, f), body: f(expr.body) }
    case 'reduce':
      return { ...expr, binder: mapBinder(expr.binder, f), body: f(expr.body) }
  }
}

/** Visit an expression and all it is made of, outermost first. */
export const walk = (expr: Expr, visit: (expr: Expr) => void): void => {
  visit(expr)
  for (const child of childrenOf(expr)) walk(child, visit)
}
