import { bug, type Pass } from '../pass.ts'
import * as Q from '../rational.ts'
import type { BinaryOp, Expr, LoopProgram, Statement, Step } from './loop-ir.ts'
import { initialTypes, typeOf, type Types } from './type-of.ts'
import { everyExpression, everyStatement, withOperands } from './walk.ts'

/**
 * Do what can be done ahead: fold literals, drop what changes nothing, drop values that nobody uses.
 *
 *     x + 0 ⇒ x      x · 1 ⇒ x      2 · 3 ⇒ 6      let a = 2, … a …  ⇒  … 2 …
 *
 * Every rule is exact: for whole numbers, for the exact domain of the proof, and for finite floats (so `0 · x` stays,
 * where x is real). Names keep their meaning; no statement moves.
 */
export const simplify: Pass<LoopProgram> = {
  name: 'simplify',
  run: (program) => {
    const context = { types: initialTypes(program), known: new Map<string, Expr>() }
    return { ...program, body: dropUnused(simplifySteps(program.body, context)) }
  },
}

/** What a walk knows: the types of names, and the literals and names that lets stand for. */
interface Context {
  readonly types: Types
  readonly known: Map<string, Expr>
}

const simplifySteps = (body: readonly Step[], context: Context): readonly Step[] =>
  body.flatMap((s): Step[] => {
    const simple = (e: Expr): Expr => simplifyExpr(e, context)
    switch (s.kind) {
      case 'region': {
        const inner = simplifyStatements(s.body, context)
        return inner.length === 0 ? [] : [{ ...s, body: inner }]
      }
      case 'let': {
        const value = simple(s.value)
        define(s.name, 'i32', value, context)
        return [{ ...s, value }]
      }
      case 'for': {
        const [from, to] = [simple(s.from), simple(s.to)]
        bindVariable(s.variable, context)
        const inner = simplifySteps(s.body, context)
        return inner.length === 0 || isEmptyRange(from, to) ? [] : [{ ...s, from, to, body: inner }]
      }
      case 'if': {
        const condition = simple(s.condition)
        const inner = simplifySteps(s.body, context)
        return inner.length === 0 || isBool(condition, false) ? [] : [{ ...s, condition, body: inner }]
      }
      default: {
        const never: never = s
        return bug(`no such step: ${JSON.stringify(never)}`)
      }
    }
  })

const simplifyStatements = (body: readonly Statement[], context: Context): readonly Statement[] =>
  body.flatMap((s): Statement[] => {
    const simple = (e: Expr): Expr => simplifyExpr(e, context)
    switch (s.kind) {
      case 'each': {
        const count = simple(s.count)
        bindVariable(s.variable, context)
        const inner = simplifyStatements(s.body, context)
        return inner.length === 0 ? [] : [{ ...s, count, body: inner }]
      }
      case 'let': {
        const value = simple(s.value)
        define(s.name, s.type, value, context)
        return [{ ...s, value }]
      }
      case 'var': {
        const value = simple(s.value)
        context.types.names.set(s.name, s.type)
        context.known.delete(s.name)
        return [{ ...s, value }]
      }
      case 'assign':
        return [{ ...s, value: simple(s.value) }]
      case 'store':
        return [{ ...s, index: simple(s.index), value: simple(s.value) }]
      case 'for': {
        const [from, to] = [simple(s.from), simple(s.to)]
        bindVariable(s.variable, context)
        const inner = simplifyStatements(s.body, context)
        return inner.length === 0 || isEmptyRange(from, to) ? [] : [{ ...s, from, to, body: inner }]
      }
      case 'if': {
        const condition = simple(s.condition)
        const then = simplifyStatements(s.then, context)
        const otherwise = simplifyStatements(s.else ?? [], context)
        const taken = condition.kind !== 'bool' ? undefined : condition.value ? then : otherwise
        if (taken !== undefined && !taken.some(binds)) return [...taken]
        if (then.length === 0 && otherwise.length === 0) return []
        return [{ kind: 'if', condition, then, ...(otherwise.length > 0 ? { else: otherwise } : {}) }]
      }
      default: {
        const never: never = s
        return bug(`no such statement: ${JSON.stringify(never)}`)
      }
    }
  })

/** Whether a statement binds a name for those after it, so that it cannot leave its block. */
const binds = (s: Statement): boolean => s.kind === 'let' || s.kind === 'var'

const bindVariable = (name: string, { types, known }: Context): void => {
  types.names.set(name, 'i32')
  known.delete(name)
}

/** A let of a literal needs no name. */
const define = (name: string, type: 'f32' | 'i32' | 'bool', value: Expr, context: Context): void => {
  const { types, known } = context
  types.names.set(name, type)
  if (isLiteral(value)) known.set(name, value)
  else known.delete(name)
}

const isLiteral = (e: Expr): boolean => e.kind === 'int' || e.kind === 'real' || e.kind === 'bool'
const isEmptyRange = (from: Expr, to: Expr): boolean =>
  from.kind === 'int' && to.kind === 'int' && from.value >= to.value
const isInt = (e: Expr, value: number): boolean => e.kind === 'int' && e.value === value
const isBool = (e: Expr, value: boolean): boolean => e.kind === 'bool' && e.value === value
const isReal = (e: Expr, test: (value: Q.Rational) => boolean): boolean => e.kind === 'real' && test(e.value)
const int = (value: number): Expr => ({ kind: 'int', value: value + 0 })
const bool = (value: boolean): Expr => ({ kind: 'bool', value })
const real = (value: Q.Rational): Expr => ({ kind: 'real', value })

const simplifyExpr = (whole: Expr, context: Context): Expr => {
  const e = withOperands(whole, (operand) => simplifyExpr(operand, context))
  switch (e.kind) {
    case 'name':
      return context.known.get(e.name) ?? e
    case 'negate':
      if (e.value.kind === 'int') return int(-e.value.value)
      if (e.value.kind === 'real') return real(Q.negate(e.value.value))
      return e.value.kind === 'negate' ? e.value.value : e
    case 'not':
      if (e.value.kind === 'bool') return bool(!e.value.value)
      return e.value.kind === 'not' ? e.value.value : e
    case 'select':
      return e.condition.kind === 'bool' ? (e.condition.value ? e.then : e.else) : e
    case 'real-of':
      return e.value.kind === 'int' ? real(Q.rational(e.value.value)) : e
    case 'int-min':
    case 'int-max':
      if (e.left.kind !== 'int' || e.right.kind !== 'int') return e
      return int((e.kind === 'int-min' ? Math.min : Math.max)(e.left.value, e.right.value))
    case 'binary':
      return simplifyBinary(e, context.types)
    default:
      return e
  }
}

type Binary = Extract<Expr, { kind: 'binary' }>

const simplifyBinary = (e: Binary, types: Types): Expr => {
  if (e.op === '&&' || e.op === '||') {
    // What decides alone, and what decides nothing.
    const decisive = e.op === '||'
    if (isBool(e.left, decisive) || isBool(e.right, decisive)) return bool(decisive)
    if (e.left.kind === 'bool') return e.right
    return e.right.kind === 'bool' ? e.left : e
  }
  switch (typeOf(e.left, types)) {
    case 'i32':
      return simplifyInt(e)
    case 'f32':
      return simplifyReal(e)
    case 'bool':
      return e
  }
}

const intOps: Readonly<Partial<Record<BinaryOp, (a: number, b: number) => number | boolean>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
}

const simplifyInt = (e: Binary): Expr => {
  const { op, left, right } = e
  if (left.kind === 'int' && right.kind === 'int') {
    const value = intOps[op]?.(left.value, right.value)
    if (typeof value === 'boolean') return bool(value)
    // What does not fit an i32, or divides by 0, is left to fail where it runs.
    return value !== undefined && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? int(value) : e
  }
  switch (op) {
    case '+':
      if (isInt(left, 0)) return right
      if (isInt(right, 0)) return left
      if (left.kind === 'int') return simplifyInt({ ...e, left: right, right: left })
      // (x + 2) + 3 ⇒ x + 5
      if (right.kind === 'int' && left.kind === 'binary' && left.op === '+' && left.right.kind === 'int')
        return simplifyInt({ ...e, left: left.left, right: int(left.right.value + right.value) })
      return e
    case '-':
      return isInt(right, 0) ? left : e
    case '*':
      if (isInt(left, 0) || isInt(right, 0)) return int(0)
      if (isInt(left, 1)) return right
      return isInt(right, 1) ? left : e
    case '/':
      return isInt(right, 1) ? left : e
    case '%':
      return isInt(right, 1) ? int(0) : e
    default:
      return e
  }
}

const simplifyReal = (e: Binary): Expr => {
  const { op, left, right } = e
  if (left.kind === 'real' && right.kind === 'real') {
    const [a, b] = [left.value, right.value]
    if (op === '+') return real(Q.add(a, b))
    if (op === '-') return real(Q.add(a, Q.negate(b)))
    if (op === '*') return real(Q.multiply(a, b))
    if (op === '/' && !Q.isZero(b)) return real(Q.multiply(a, Q.invert(b)))
    return e
  }
  switch (op) {
    case '+':
      if (isReal(left, Q.isZero)) return right
      return isReal(right, Q.isZero) ? left : e
    case '-':
      if (isReal(left, Q.isZero)) return { kind: 'negate', value: right }
      return isReal(right, Q.isZero) ? left : e
    case '*':
      if (isReal(left, Q.isOne)) return right
      return isReal(right, Q.isOne) ? left : e
    case '/':
      return isReal(right, Q.isOne) ? left : e
    default:
      return e
  }
}

/** Without the lets, and the vars that are never assigned, whose names no expression uses. */
const dropUnused = (body: readonly Step[]): readonly Step[] => {
  const used = new Set<string>()
  everyExpression(body, (e) => {
    if (e.kind === 'name') used.add(e.name)
  })
  let dropped = false
  everyStatement(body, (s) => {
    if (s.kind === 'assign') used.add(s.name)
  })
  const keep = (s: Statement | Step): boolean => {
    const kept = (s.kind !== 'let' && s.kind !== 'var') || used.has(s.name)
    if (!kept) dropped = true
    return kept
  }
  const statements = (list: readonly Statement[]): readonly Statement[] =>
    list.filter(keep).map((s): Statement => {
      if (s.kind === 'each' || s.kind === 'for') return { ...s, body: statements(s.body) }
      if (s.kind !== 'if') return s
      return { ...s, then: statements(s.then), ...(s.else === undefined ? {} : { else: statements(s.else) }) }
    })
  const steps = (list: readonly Step[]): readonly Step[] =>
    list.filter(keep).map((s): Step => {
      if (s.kind === 'region') return { ...s, body: statements(s.body) }
      return s.kind === 'let' ? s : { ...s, body: steps(s.body) }
    })
  const rest = steps(body)
  // A let may have been used by one that is gone.
  return dropped ? dropUnused(rest) : rest
}
