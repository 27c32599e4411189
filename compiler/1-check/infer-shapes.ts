import type * as ast from '../../grammar/ast.ts'
import { builtins, type BuiltinName } from '../builtins.ts'
import { parseRational } from '../rational.ts'
import { anyShape, broadcast, callType, conditionLike, mismatch, wholeArguments } from './call-shapes.ts'
import { inlineCall } from './inline.ts'
import type { Arithmetic, Comparison, Expr, Type } from './layer.ts'
import { inferFold, inferReduce } from './loops.ts'
import { nearest } from './nearest.ts'
import { inferIndex, inferName } from './read-names.ts'
import { bind, type Scope } from './scope.ts'
import { condition, isScalar, matrix, printType, scalar } from './types.ts'
import { wholeExpr, wholeOf } from './whole.ts'

/**
 * The typed form of an expression: names resolved, functions inlined, every value a matrix rows × cols.
 * Undefined where something is wrong with it, which has then been reported; what stands beside it is still looked at.
 * Sizes may hold unknowns until the whole mixer has been seen (`I` takes the size that its context needs).
 */
export const infer = (expr: ast.Expr, scope: Scope): Expr | undefined => {
  const { span } = expr
  switch (expr.kind) {
    case 'number':
      return { kind: 'number', value: parseRational(expr.text), type: scalar, span }
    case 'infinity':
      return { kind: 'infinity', type: scalar, span }
    case 'bool':
      return { kind: 'bool', value: expr.value, type: condition, span }
    case 'name':
      return inferName(expr, scope)
    case 'time':
      scope.report('time-outside-index', { time: expr.at }, span)
      return undefined
    case 'identity': {
      const size = scope.unknowns.fresh()
      return { kind: 'identity', type: matrix(size, size), span }
    }
    case 'index':
      return inferIndex(expr, scope)
    case 'transpose': {
      const value = infer(expr.value, scope)
      if (!value) return undefined
      const { element, rows, cols } = value.type
      return { kind: 'transpose', value, type: { element, rows: cols, cols: rows }, span }
    }
    case 'unary': {
      const value = infer(expr.value, scope)
      if (!value) return undefined
      if (expr.op === '!')
        return isCondition(value, '!', scope) ? { kind: 'not', value, type: value.type, span } : undefined
      return isNumber(value, scope) ? { kind: 'negate', value, type: value.type, span } : undefined
    }
    case 'binary':
      return inferBinary(expr, scope)
    case 'call':
      return inferCall(expr, scope)
    case 'let-in': {
      const value = infer(expr.value, scope)
      const name = scope.fresh(expr.name.text)
      const body = infer(
        expr.body,
        bind(
          scope,
          expr.name.text,
          value
            ? { kind: 'value', expr: { kind: 'local', name, type: value.type, span: value.span } }
            : { kind: 'broken' },
        ),
      )
      return value && body && { kind: 'let-in', name, value, body, type: body.type, span }
    }
    case 'fold':
      return inferFold(expr, scope)
    case 'reduce':
      return inferReduce(expr, scope)
    case 'missing':
      return undefined
    default:
      return expr satisfies never
  }
}

export const isNumber = (expr: Expr, scope: Scope): boolean => {
  if (expr.type.element !== 'bool') return true
  scope.report('condition-as-number', {}, expr.span)
  return false
}

const isCondition = (expr: Expr, what: string, scope: Scope): boolean => {
  if (expr.type.element === 'bool') return true
  scope.report('not-a-condition', { what: `what ${what} takes` }, expr.span)
  return false
}

const isReal = (expr: Expr, what: string, scope: Scope): boolean => {
  if (expr.type.element !== 'complex') return true
  scope.report('complex-value', { what }, expr.span)
  return false
}

/** The words for an operation in a message about shapes. */
const words: Record<ast.BinaryOp, string> = {
  '||': '||',
  '&&': '&&',
  '==': 'the comparison',
  '!=': 'the comparison',
  '<': 'the comparison',
  '<=': 'the comparison',
  '>': 'the comparison',
  '>=': 'the comparison',
  '+': 'the sum',
  '-': 'the difference',
  '*': 'the product element by element',
  '/': 'the quotient',
  '@': 'the matrix product',
  '%': 'the remainder',
  '^': 'the power',
}

const inferBinary = (expr: Extract<ast.Expr, { kind: 'binary' }>, scope: Scope): Expr | undefined => {
  const left = infer(expr.left, scope)
  const right = infer(expr.right, scope)
  if (!left || !right) return undefined
  const { op, span } = expr
  const type = binaryType(op, left, right, expr, scope)
  return type && { kind: 'binary', op, left, right, type, span }
}

const binaryType = (
  op: ast.BinaryOp,
  left: Expr,
  right: Expr,
  { span }: ast.Expr,
  scope: Scope,
): Type | undefined => {
  switch (op) {
    case '&&':
    case '||': {
      const fine = [isCondition(left, op, scope), isCondition(right, op, scope)]
      return fine.every(Boolean) ? broadcast(words[op], left, right, span, scope) : undefined
    }
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const fine = [isNumber(left, scope), isNumber(right, scope)]
      if (!fine.every(Boolean) || !ordered(op, left, right, scope)) return undefined
      const type = broadcast(words[op], left, right, span, scope)
      return type && conditionLike(type)
    }
    case '@':
      return [isNumber(left, scope), isNumber(right, scope)].every(Boolean)
        ? productType(left, right, span, scope)
        : undefined
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^': {
      const fine = [isNumber(left, scope), isNumber(right, scope)]
      if (!fine.every(Boolean) || !realOnly(op, left, right, scope)) return undefined
      return broadcast(words[op], left, right, span, scope)
    }
    default:
      return op satisfies never
  }
}

const ordered = (op: Comparison, left: Expr, right: Expr, scope: Scope): boolean =>
  op === '==' || op === '!=' || [isReal(left, op, scope), isReal(right, op, scope)].every(Boolean)

const realOnly = (op: Arithmetic, left: Expr, right: Expr, scope: Scope): boolean =>
  (op !== '%' && op !== '^') || [isReal(left, op, scope), isReal(right, op, scope)].every(Boolean)

const productType = (left: Expr, right: Expr, span: ast.Expr['span'], scope: Scope): Type | undefined => {
  const [a, b] = [scope.unknowns.resolveType(left.type), scope.unknowns.resolveType(right.type)]
  const element = a.element === 'complex' || b.element === 'complex' ? 'complex' : 'real'
  if (scope.unknowns.unify(a.cols, b.rows)) {
    const [rows, cols] = [scope.unknowns.resolve(a.rows), scope.unknowns.resolve(b.cols)]
    return { element, rows, cols }
  }
  if (!isScalar(a) && !isScalar(b)) return mismatch(words['@'], left, right, span, scope)
  const [l, r] = [printType(a), printType(b)]
  scope.report('shape-mismatch', { what: words['@'], left: l, right: r }, span, {
    help: 'write * to scale by a number: @ is the product of matrices',
  })
  return anyShape(element, scope)
}

const inferCall = (expr: Extract<ast.Expr, { kind: 'call' }>, scope: Scope): Expr | undefined => {
  const { callee, span } = expr
  if (!(callee.text in builtins)) {
    const entry = scope.functions.find(callee.text)
    if (entry) return inlineCall(entry, expr, scope)
    for (const arg of expr.args) infer(arg, scope)
    // A function that could not be imported has been reported where it is used.
    if (!scope.functions.names().includes(callee.text))
      scope.report(
        'unknown-name',
        { name: callee.text },
        callee.span,
        nearest(callee, [...Object.keys(builtins), ...scope.functions.names()]),
      )
    return undefined
  }
  const fn = callee.text as BuiltinName
  const [least, most] = builtins[fn].arity
  if (expr.args.length < least || expr.args.length > most) {
    const expected =
      least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} or ${most}`
    scope.report('wrong-arity', { name: fn, expected, given: expr.args.length }, span)
    return undefined
  }
  const sizes = expr.args.map((arg, i) => (wholeArguments[fn]?.includes(i) ? wholeOf(arg, scope) : undefined))
  const args = expr.args.map((arg, i) => {
    if (!wholeArguments[fn]?.includes(i)) return infer(arg, scope)
    const size = sizes[i]
    if (size) return wholeExpr(size, scope, arg.span)
    if (infer(arg, scope)) scope.report('not-whole', { what: `this argument of ${fn}` }, arg.span)
    return undefined
  })
  if (args.some((arg) => !arg)) return undefined
  const typed = args as Expr[]
  const type = callType({ fn, args: typed, sizes, span, scope })
  return type && { kind: 'call', fn, args: typed, type, span }
}
