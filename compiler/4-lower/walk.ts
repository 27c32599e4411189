import { bug } from '../pass.ts'
import type { Expr, LoopProgram, Statement, Step } from './loop-ir.ts'

/** The expressions directly under one. */
export const operands = (expr: Expr): readonly Expr[] => {
  switch (expr.kind) {
    case 'real':
    case 'infinity':
    case 'int':
    case 'bool':
    case 'name':
      return []
    case 'load':
      return [expr.index]
    case 'negate':
    case 'not':
    case 'real-of':
    case 'int-of':
      return [expr.value]
    case 'binary':
    case 'int-min':
    case 'int-max':
      return [expr.left, expr.right]
    case 'select':
      return [expr.condition, expr.then, expr.else]
    case 'call':
      return expr.args
  }
}

/** The same expression with other operands. */
export const withOperands = (expr: Expr, f: (operand: Expr) => Expr): Expr => {
  switch (expr.kind) {
    case 'real':
    case 'infinity':
    case 'int':
    case 'bool':
    case 'name':
      return expr
    case 'load':
      return { ...expr, index: f(expr.index) }
    case 'negate':
    case 'not':
    case 'real-of':
    case 'int-of':
      return { ...expr, value: f(expr.value) }
    case 'binary':
    case 'int-min':
    case 'int-max':
      return { ...expr, left: f(expr.left), right: f(expr.right) }
    case 'select':
      return { ...expr, condition: f(expr.condition), then: f(expr.then), else: f(expr.else) }
    case 'call':
      return { ...expr, args: expr.args.map(f) }
  }
}

/** The expressions directly in a statement or step, its body not included. */
export const expressionsOf = (s: Statement | Step): readonly Expr[] => {
  switch (s.kind) {
    case 'region':
      return []
    case 'each':
      return [s.count]
    case 'let':
    case 'var':
    case 'assign':
      return [s.value]
    case 'store':
      return [s.index, s.value]
    case 'for':
      return [s.from, s.to]
    case 'if':
      return [s.condition]
  }
}

/** The statements or steps directly under one. */
export const bodyOf = (s: Statement | Step): readonly (Statement | Step)[] => {
  switch (s.kind) {
    case 'region':
    case 'each':
    case 'for':
      return s.body
    case 'if':
      return 'body' in s ? s.body : [...s.then, ...(s.else ?? [])]
    case 'let':
    case 'var':
    case 'assign':
    case 'store':
      return []
  }
}

/** The name that a statement or step binds, if any. */
export const boundBy = (s: Statement | Step): string | undefined => {
  switch (s.kind) {
    case 'let':
    case 'var':
      return s.name
    case 'each':
    case 'for':
      return s.variable
    case 'region':
    case 'assign':
    case 'store':
    case 'if':
      return undefined
  }
}

/** How to rewrite the parts of a statement. */
export interface Rewrite {
  readonly expr: (e: Expr) => Expr
  /** The names that lets, vars and assignments give values to. */
  readonly name?: (name: string) => string
  /** What a store writes to; its index is rewritten already. */
  readonly place?: (array: string, index: Expr) => { readonly array: string; readonly index: Expr }
}

/** The same statement with other parts, those in its body included. */
export const rewriteStatement = (s: Statement, rewrite: Rewrite): Statement => {
  const { expr, name = (same) => same, place = (array, index) => ({ array, index }) } = rewrite
  const inner = (body: readonly Statement[]): readonly Statement[] =>
    body.map((t) => rewriteStatement(t, rewrite))
  switch (s.kind) {
    case 'let':
    case 'var':
    case 'assign':
      return { ...s, name: name(s.name), value: expr(s.value) }
    case 'store':
      return { ...s, ...place(s.array, expr(s.index)), value: expr(s.value) }
    case 'each':
      return { ...s, count: expr(s.count), body: inner(s.body) }
    case 'for':
      return { ...s, from: expr(s.from), to: expr(s.to), body: inner(s.body) }
    case 'if':
      return {
        ...s,
        condition: expr(s.condition),
        then: inner(s.then),
        ...(s.else === undefined ? {} : { else: inner(s.else) }),
      }
  }
}

/** Visit a statement or step and all under it, outermost first. */
export const everyStatement = (
  body: readonly (Statement | Step)[],
  visit: (s: Statement | Step) => void,
): void => {
  for (const s of body) {
    visit(s)
    everyStatement(bodyOf(s), visit)
  }
}

/** Visit every expression under some statements, operands after what they are operands of. */
export const everyExpression = (body: readonly (Statement | Step)[], visit: (e: Expr) => void): void => {
  const down = (e: Expr): void => {
    visit(e)
    operands(e).forEach(down)
  }
  everyStatement(body, (s) => expressionsOf(s).forEach(down))
}

/** The arrays that a program declares. */
export const arrayNames = (program: LoopProgram): readonly string[] =>
  [...program.bindings, ...program.workgroup, ...program.private].map((array) => array.name)

/** The names of values that a program is given or binds, each once; arrays have names of their own. */
export const valueNames = (program: LoopProgram): ReadonlySet<string> => {
  const names = new Set(program.uniforms)
  everyStatement(program.body, (s) => {
    const name = boundBy(s)
    if (name !== undefined) names.add(name)
  })
  return names
}

/** The same steps with the statements of each region rewritten. */
export const rewriteRegions = (
  steps: readonly Step[],
  statements: (body: readonly Statement[]) => readonly Statement[],
): readonly Step[] =>
  steps.map((s): Step => {
    switch (s.kind) {
      case 'region':
        return { ...s, body: statements(s.body) }
      case 'for':
      case 'if':
        return { ...s, body: rewriteRegions(s.body, statements) }
      case 'let':
        return s
      default: {
        const never: never = s
        return bug(`no such step: ${JSON.stringify(never)}`)
      }
    }
  })
