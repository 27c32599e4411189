import type { Expr, Statement, Step } from './loop-ir.ts'

/**
 * Give local names that a caller's tensor has too (an output may be called `n`) a spelling of their own.
 * Arrays are not touched: kernels name theirs `own.…`, which no tensor can be called.
 */
export const renameLocals = (step: Step, clashes: ReadonlySet<string>): Step => {
  const local = (n: string): string => (clashes.has(n) ? `${n}.local` : n)
  const expr = (e: Expr): Expr => {
    switch (e.kind) {
      case 'name':
        return { kind: 'name', name: local(e.name) }
      case 'load':
        return { ...e, index: expr(e.index) }
      case 'negate':
      case 'not':
      case 'real-of':
      case 'int-of':
        return { ...e, value: expr(e.value) }
      case 'binary':
      case 'int-min':
      case 'int-max':
        return { ...e, left: expr(e.left), right: expr(e.right) }
      case 'select':
        return { ...e, condition: expr(e.condition), then: expr(e.then), else: expr(e.else) }
      case 'call':
        return { ...e, args: e.args.map(expr) }
      case 'real':
      case 'int':
      case 'bool':
      case 'infinity':
        return e
    }
  }
  const statement = (s: Statement): Statement => {
    switch (s.kind) {
      case 'each':
        return { ...s, variable: local(s.variable), count: expr(s.count), body: s.body.map(statement) }
      case 'let':
      case 'var':
      case 'assign':
        return { ...s, name: local(s.name), value: expr(s.value) }
      case 'store':
        return { ...s, index: expr(s.index), value: expr(s.value) }
      case 'for':
        return {
          ...s,
          variable: local(s.variable),
          from: expr(s.from),
          to: expr(s.to),
          body: s.body.map(statement),
        }
      case 'if':
        return {
          ...s,
          condition: expr(s.condition),
          then: s.then.map(statement),
          else: s.else?.map(statement),
        }
    }
  }
  switch (step.kind) {
    case 'region':
      return { ...step, body: step.body.map(statement) }
    case 'for':
      return {
        ...step,
        variable: local(step.variable),
        from: expr(step.from),
        to: expr(step.to),
        body: step.body.map((s) => renameLocals(s, clashes)),
      }
    case 'let':
      return { ...step, name: local(step.name), value: expr(step.value) }
    case 'if':
      return {
        ...step,
        condition: expr(step.condition),
        body: step.body.map((s) => renameLocals(s, clashes)),
      }
  }
}
