import type { Expr, Layer, Type } from '../1-check/layer.ts'
import { evaluate as evaluateSize, type Dims, type Size } from '../1-check/size.ts'
import { scalarFunctions, type BuiltinName, type ScalarFunction } from '../builtins.ts'
import { bug } from '../pass.ts'
import * as Q from '../rational.ts'
import * as P from './polynomial.ts'
import type { Condition, MatrixAtom, Polynomial } from './polynomial.ts'
import {
  addValues, asLanes, asMatrix, component, lanes, matmul, matrix, negateValue, refuse, scalar, timesValues, transpose,
  type Matrix, type StateVersion, type Value,
} from './value.ts' // prettier-ignore

/** What names mean at one point of the token. */
export interface Scope {
  readonly layer: Layer
  readonly dims: Dims
  /** Loop variables that stand for a number. */
  readonly variables: ReadonlyMap<string, number>
  readonly locals: ReadonlyMap<string, Value>
  /** The state that `S[t]` and `S[t-1]` mean here. */
  readonly state: (name: string, at: 'before' | 'after') => StateVersion
  /** Take a micro-step of the state whose update this is; absent outside an update. */
  readonly step?: (to: Matrix) => StateVersion
  readonly lets: Map<string, Value>
}

/** Evaluate a typed expression symbolically. Throws `Refusal` for what no lowering serves. */
export const evaluate = (expr: Expr, scope: Scope): Value => {
  if (expr.type.element === 'complex') return refuse('complex values are not lowered')
  switch (expr.kind) {
    case 'number':
      return scalar(P.constant(expr.value))
    case 'infinity':
      return scalar(P.ofAtom({ kind: 'infinity', key: 'inf', lanes: 1 }))
    case 'bool':
      return { kind: 'condition', condition: { kind: 'bool', value: expr.value } }
    case 'size':
      return scalar(P.whole(evaluateSize(expr.size, scope.dims)))
    case 'variable':
      return scalar(
        P.whole(scope.variables.get(expr.name) ?? bug(`the loop variable ${expr.name} has no value`)),
      )
    case 'input':
      requireNow(expr.at.kind, 'an input of an earlier token')
      return port('input', expr.name, expr.type, expr.element, scope)
    case 'param':
      return port('param', expr.name, expr.type, expr.element, scope)
    case 'let':
      requireNow(expr.at.kind, 'a value of an earlier token')
      return letValue(expr.name, expr.element === undefined ? undefined : indexOf(expr.element, scope), scope)
    case 'output':
      return refuse('an output used inside the layer is not lowered')
    case 'state': {
      if (expr.element) return refuse('arrays of states are not lowered')
      const at = expr.at
      if (at.kind === 'end') return refuse('reads of the state after the last token are not lowered')
      if (at.kind === 'token') return refuse('reads of the state at another token are not lowered')
      const by = at.kind === 'now' ? 0 : indexOf(at.by, scope)
      if (by !== 0 && by !== 1) return refuse('only S[t] and S[t-1] are lowered')
      const state = scope.state(expr.name, by === 0 ? 'after' : 'before')
      return matrix(state.rows, state.cols, [
        { kind: 'state', state, transposed: false, left: P.one, right: P.one },
      ])
    }
    case 'local':
      return scope.locals.get(expr.name) ?? bug(`the local name ${expr.name} has no value`)
    case 'position':
      return refuse('the position of a token is not lowered')
    case 'length':
      return refuse('the length of a sequence is not lowered')
    case 'identity':
      return matrix(sizeOf(expr.type.rows, scope), sizeOf(expr.type.cols, scope), [
        { kind: 'diagonal', value: P.one },
      ])
    case 'transpose':
      return transpose(evaluate(expr.value, scope))
    case 'negate':
      return negateValue(evaluate(expr.value, scope))
    case 'not':
      return { kind: 'condition', condition: { kind: 'not', value: conditionOf(expr.value, scope) } }
    case 'binary':
      return binary(expr.op, expr.left, expr.right, scope)
    case 'call':
      return call(expr.fn, expr.args, expr.type, scope)
    case 'component': {
      const value = evaluate(expr.value, scope)
      if (value.kind !== 'lanes') return refuse('components of matrices are not lowered')
      return scalar(
        value.rows * value.cols === 1 ? value.value : component(value.value, indexOf(expr.index, scope)),
      )
    }
    case 'let-in':
      return evaluate(expr.body, withLocal(scope, expr.name, evaluate(expr.value, scope)))
    case 'fold': {
      let value = evaluate(expr.initial, scope)
      const [from, to] = boundsOf(expr.binder.from, expr.binder.to, scope)
      for (let i = from; i < to; i++) {
        if (value.kind === 'matrix' && scope.step && holdsState(value)) value = versionOf(scope.step(value))
        value = evaluate(expr.body, withVariable(withLocal(scope, expr.name, value), expr.binder.variable, i))
      }
      return value
    }
    case 'reduce': {
      if (expr.tokens) return refuse('sums over tokens are not lowered')
      const [from, to] = boundsOf(expr.binder.from, expr.binder.to, scope)
      const values = Array.from({ length: Math.max(0, to - from) }, (_, i) =>
        evaluate(expr.body, withVariable(scope, expr.binder.variable, from + i)),
      )
      return reduce(expr.op, values, expr.type, scope)
    }
  }
}

const holdsState = (m: Matrix): boolean =>
  m.terms.length !== 1 ||
  m.terms[0].kind !== 'state' ||
  !P.isOne(m.terms[0].left) ||
  !P.isOne(m.terms[0].right)

const versionOf = (state: StateVersion): Matrix =>
  matrix(state.rows, state.cols, [{ kind: 'state', state, transposed: false, left: P.one, right: P.one }])

const requireNow = (kind: string, what: string): void => {
  if (kind !== 'now') refuse(`${what} is not lowered`)
}

const sizeOf = (size: Size, scope: Scope): number => evaluateSize(size, scope.dims)

const withLocal = (scope: Scope, name: string, value: Value): Scope => ({
  ...scope,
  locals: new Map(scope.locals).set(name, value),
})

const withVariable = (scope: Scope, name: string, value: number): Scope => ({
  ...scope,
  variables: new Map(scope.variables).set(name, value),
  // A let that is not bound to the variable is the same for each of its values.
})

/** The whole number that an index expression comes to. */
export const indexOf = (expr: Expr, scope: Scope): number => {
  const value = evaluate(expr, scope)
  const number = value.kind === 'lanes' ? P.asConstant(value.value) : undefined
  if (number === undefined || number.denominator !== 1n)
    return refuse('an index that depends on the token is not lowered')
  return Number(number.numerator)
}

const boundsOf = (from: Expr, to: Expr, scope: Scope): [number, number] => [
  indexOf(from, scope),
  indexOf(to, scope),
]

const port = (
  kind: 'input' | 'param',
  name: string,
  type: Type,
  element: Expr | undefined,
  scope: Scope,
): Value => {
  const rows = sizeOf(type.rows, scope)
  const cols = sizeOf(type.cols, scope)
  const index = element && indexOf(element, scope)
  if (rows === 1 || cols === 1) return lanes(rows, cols, P.input(kind, name, rows * cols, index))
  const atom: MatrixAtom = { source: kind, name, element: index, rows, cols }
  return matrix(rows, cols, [{ kind: 'given', matrix: atom, transposed: false, left: P.one, right: P.one }])
}

const letValue = (name: string, element: number | undefined, scope: Scope): Value => {
  const key = element === undefined ? name : `${name}[${element}]`
  const known = scope.lets.get(key)
  if (known) return known
  const found = scope.layer.lets.find((l) => l.name === name) ?? bug(`there is no let ${name}`)
  const inner: Scope = {
    ...scope,
    locals: new Map(),
    variables:
      found.binder && element !== undefined ? new Map([[found.binder.variable, element]]) : new Map(),
    step: undefined,
  }
  const value = evaluate(found.value, inner)
  scope.lets.set(key, value)
  return value
}

const conditionOf = (expr: Expr, scope: Scope): Condition => {
  const value = evaluate(expr, scope)
  return value.kind === 'condition' ? value.condition : bug('a number stands where a condition should')
}

/** The lanes of a value that no lowering knows as a matrix. */
const lanesOf = (value: Value): Polynomial =>
  asLanes(value)?.value ?? refuse('functions of whole matrices are not lowered')

const binary = (op: string, left: Expr, right: Expr, scope: Scope): Value => {
  switch (op) {
    case '&&':
    case '||':
      return {
        kind: 'condition',
        condition: {
          kind: op === '&&' ? 'and' : 'or',
          left: conditionOf(left, scope),
          right: conditionOf(right, scope),
        },
      }
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return {
        kind: 'condition',
        condition: {
          kind: 'compare',
          op,
          left: lanesOf(evaluate(left, scope)),
          right: lanesOf(evaluate(right, scope)),
        },
      }
  }
  const [a, b] = [evaluate(left, scope), evaluate(right, scope)]
  switch (op) {
    case '+':
      return addValues(a, b, 1)
    case '-':
      return addValues(a, b, -1)
    case '*':
      return timesValues(a, b)
    case '@':
      return matmul(a, b)
    case '/':
      return timesValues(
        a,
        mapLanes(b, (p) => P.power(p, -1)),
      )
    case '%':
      return elementwise([a, b], ([x, y]) => P.subtract(x, P.multiply(y, P.call('floor', [P.divide(x, y)]))))
    case '^':
      return elementwise([a, b], ([x, y]) => raise(x, y))
    default:
      return bug(`there is no operator ${op}`)
  }
}

const raise = (base: Polynomial, exponent: Polynomial): Polynomial => {
  const n = P.asConstant(exponent)
  if (n && n.denominator === 1n && Math.abs(Number(n.numerator)) <= 16)
    return P.power(base, Number(n.numerator))
  if (n && Q.equals(n, Q.rational(1, 2))) return P.call('sqrt', [base])
  return P.call('pow', [base, exponent])
}

const mapLanes = (value: Value, f: (p: Polynomial) => Polynomial): Value => {
  const thin = asLanes(value) ?? refuse('functions of whole matrices are not lowered')
  return lanes(thin.rows, thin.cols, f(thin.value))
}

const elementwise = (values: readonly Value[], f: (parts: readonly Polynomial[]) => Polynomial): Value => {
  const thin = values.map((v) => asLanes(v) ?? refuse('functions of whole matrices are not lowered'))
  const widest = thin.reduce((x, y) => (sizeOfLanes(y) > sizeOfLanes(x) ? y : x))
  return lanes(widest.rows, widest.cols, f(thin.map((v) => v.value)))
}

const sizeOfLanes = (v: Value): number => (v.kind === 'condition' ? 0 : v.rows * v.cols)

const isScalarFunction = (name: string): name is ScalarFunction =>
  (scalarFunctions as readonly string[]).includes(name)

const reduceAtom = (op: 'max' | 'min' | 'argmax', of: Polynomial): Polynomial =>
  of.lanes === 1
    ? op === 'argmax'
      ? P.zero
      : of
    : P.ofAtom({ kind: 'reduce', op, of, key: `${op}(${P.keyOf(of)})`, lanes: 1 })

const call = (fn: BuiltinName, args: readonly Expr[], type: Type, scope: Scope): Value => {
  const rows = sizeOf(type.rows, scope)
  const cols = sizeOf(type.cols, scope)
  const vector = (p: Polynomial): Value => lanes(rows, cols, p)
  const lane = (i: number): Polynomial => lanesOf(evaluate(args[i], scope))
  const size = (i: number): number => sizeOf(args[i].type.rows, scope) * sizeOf(args[i].type.cols, scope)
  switch (fn) {
    case 'where': {
      const condition = conditionOf(args[0], scope)
      const [yes, no] = [evaluate(args[1], scope), evaluate(args[2], scope)]
      const choose = (a: Polynomial, b: Polynomial): Polynomial => where(condition, a, b)
      if (yes.kind === 'lanes' && no.kind === 'lanes') return vector(choose(yes.value, no.value))
      const indicator = choose(P.one, P.zero)
      if (indicator.lanes !== 1) return refuse('a choice between matrices entry by entry is not lowered')
      return addValues(
        timesValues(scalar(indicator), asMatrix(yes)),
        timesValues(scalar(P.subtract(P.one, indicator)), asMatrix(no)),
        1,
      )
    }
    case 'max':
    case 'min':
      if (args.length === 1) return scalar(reduceAtom(fn, lane(0)))
      return vector(P.call(fn, [lane(0), lane(1)]))
    case 'argmax':
      return scalar(reduceAtom('argmax', lane(0)))
    case 'sum':
      return scalar(P.sumLanes(lane(0), size(0)))
    case 'mean':
      return scalar(P.divide(P.sumLanes(lane(0), size(0)), P.whole(size(0))))
    case 'norm':
      return scalar(P.call('sqrt', [P.sumLanes(P.power(lane(0), 2), size(0))]))
    case 'dot':
      return scalar(P.dot(lane(0), lane(1), size(0)))
    case 'pow':
      return vector(raise(lane(0), lane(1)))
    case 'softmax':
    case 'cumsum': {
      const of = lane(0)
      return vector(
        P.ofAtom({ kind: fn, of: wide(of, size(0)), key: `${fn}(${P.keyOf(of)})`, lanes: rows * cols }),
      )
    }
    case 'topk_mask': {
      const of = lane(0)
      const count = indexOf(args[1], scope)
      return vector(
        P.ofAtom({
          kind: 'topk-mask',
          of,
          count,
          key: `topk_mask(${P.keyOf(of)}, ${count})`,
          lanes: rows * cols,
        }),
      )
    }
    case 'onehot': {
      const index = lane(0)
      return vector(
        P.ofAtom({
          kind: 'onehot',
          index,
          key: `onehot(${P.keyOf(index)}, ${rows * cols})`,
          lanes: rows * cols,
        }),
      )
    }
    case 'concat':
      return vector(concat(args.map((_, i) => wide(lane(i), size(i)))))
    case 'slice': {
      const of = lane(0)
      const from = indexOf(args[1], scope)
      return vector(
        P.ofAtom({
          kind: 'slice',
          of,
          from,
          key: `slice(${P.keyOf(of)}, ${from}, ${from + rows * cols})`,
          lanes: rows * cols,
        }),
      )
    }
    case 'outer_flat': {
      const [left, right] = [wide(lane(0), size(0)), wide(lane(1), size(1))]
      return vector(
        P.ofAtom({
          kind: 'outer-flat',
          left,
          right,
          key: `outer_flat(${P.keyOf(left)}, ${P.keyOf(right)})`,
          lanes: rows * cols,
        }),
      )
    }
    case 'reshape':
      if (rows === 1 || cols === 1) return vector(lane(0))
      // One number everywhere is an outer product with ones.
      if (spread(lane(0)).length === 1)
        return matrix(rows, cols, [{ kind: 'outer', u: spread(lane(0))[0], w: P.one }])
      return refuse('a vector reshaped to a matrix is not lowered')
    case 'diag':
      return matrix(rows, cols, [{ kind: 'diagonal', value: lane(0) }])
    case 'solve':
      return refuse('solve is not lowered')
    case 'complex':
    case 're':
    case 'im':
    case 'conj':
    case 'cis':
      return refuse('complex values are not lowered')
    case 'window_softmax':
      return refuse('window softmax is not lowered')
    default:
      if (!isScalarFunction(fn)) return bug(`there is no function ${fn}`)
      return vector(
        P.call(
          fn,
          args.map((_, i) => lane(i)),
        ),
      )
  }
}

/** One vector after another; of nothing but one number it is that number, in every lane. */
const concat = (parts: readonly Polynomial[]): Polynomial => {
  const total = parts.reduce((sum, p) => sum + p.lanes, 0)
  const [first] = parts
  if (parts.every((p) => spread(p).length === 1 && P.same(p, first))) return wide(spread(first)[0], total)
  return P.ofAtom({ kind: 'concat', parts, key: `concat(${parts.map(P.keyOf).join(', ')})`, lanes: total })
}

/** The one number that stands in every lane, if one does. */
const spread = (p: Polynomial): readonly Polynomial[] => {
  const number = P.sumOf(p.terms.map((t) => P.ofTerm(t)))
  return number.lanes === 1 ? [number] : []
}

/** A scalar that fills a vector must be told how many lanes it fills. */
const wide = (p: Polynomial, size: number): Polynomial => (p.lanes === size ? p : { ...p, lanes: size })

const where = (condition: Condition, a: Polynomial, b: Polynomial): Polynomial => {
  if (condition.kind === 'bool') return condition.value ? a : b
  const lanesOfCondition = Math.max(1, ...conditionLanes(condition))
  return P.ofAtom({
    kind: 'where',
    condition,
    then: a,
    else: b,
    key: `where(${P.conditionKey(condition)}, ${P.keyOf(a)}, ${P.keyOf(b)})`,
    lanes: Math.max(a.lanes, b.lanes, lanesOfCondition),
  })
}

const conditionLanes = (c: Condition): number[] => {
  switch (c.kind) {
    case 'bool':
      return []
    case 'compare':
      return [c.left.lanes, c.right.lanes]
    case 'and':
    case 'or':
      return [...conditionLanes(c.left), ...conditionLanes(c.right)]
    case 'not':
      return conditionLanes(c.value)
  }
}

const reduce = (
  op: 'sum' | 'max' | 'min' | 'concat',
  values: readonly Value[],
  type: Type,
  scope: Scope,
): Value => {
  const rows = sizeOf(type.rows, scope)
  const cols = sizeOf(type.cols, scope)
  if (values.length === 0)
    return rows === 1 || cols === 1 ? lanes(rows, cols, P.zero) : matrix(rows, cols, [])
  switch (op) {
    case 'sum':
      return values.reduce((a, b) => addValues(a, b, 1))
    case 'max':
    case 'min':
      return values.reduce((a, b) => elementwise([a, b], ([x, y]) => P.call(op, [x, y])))
    case 'concat':
      return lanes(rows, cols, concat(values.map((v) => wide(lanesOf(v), sizeOfLanes(v)))))
  }
}
