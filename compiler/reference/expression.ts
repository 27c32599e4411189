import { MixError, diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Expr } from '../1-check/layer.ts'
import { evaluate as sizeOf, type Dims } from '../1-check/size.ts'
import { bug } from '../pass.ts'
import { callBuiltin, windowSoftmax } from './builtins.ts'
import type { Algebra, Matrix } from './matrix.ts'

/** Where an evaluation stands. */
export interface Moment<N> {
  /** The token. */
  t: number
  /** Loop variables and local names; unique within a layer, so a name is a place. */
  readonly variables: Map<string, number>
  readonly locals: Map<string, Matrix<N>>
  /** What the names of the layer stand for: `token` may lie outside the sequence. */
  readonly read: (name: string, token: number, element: number) => Matrix<N>
  /** Of a state, let or output after the last step of its scan. */
  readonly last: (name: string, element: number) => Matrix<N>
  readonly param: (name: string, element: number) => Matrix<N>
  /** How many tokens the sequence walked over has, and the position of its first. */
  length: number
  readonly start: number
}

export type Code<N> = (moment: Moment<N>) => Matrix<N>
type Whole<N> = (moment: Moment<N>) => number
/** A matrix as what it does to another: from the left, `M @ x`; from the right, `x @ M`. */
type Action<N> = (moment: Moment<N>, x: Matrix<N>) => Matrix<N>

/** Turns expressions into closures, once per layer. */
export interface ExpressionCompiler<N> {
  readonly value: (e: Expr) => Code<N>
  /** A whole number: an index, a bound, a shift. */
  readonly whole: (e: Expr) => Whole<N>
}

const notWhole = (e: Expr): never => {
  const reason = 'an index comes to something that is not a whole number'
  throw new MixError([
    diagnostic('form-not-available', { what: 'this layer', form: 'exact', reason }, e.span),
  ])
}

export const expressionCompiler = <N>(algebra: Algebra<N>, dims: Dims): ExpressionCompiler<N> => {
  const { domain, scalar } = algebra
  const rowsOf = (e: Expr): number => sizeOf(e.type.rows, dims)
  const colsOf = (e: Expr): number => sizeOf(e.type.cols, dims)
  const isScalar = (e: Expr): boolean => rowsOf(e) === 1 && colsOf(e) === 1
  const truth = (x: boolean): N => (x ? domain.one : domain.zero)
  const holds = (x: N): boolean => x === domain.one

  const whole = (e: Expr): Whole<N> => {
    switch (e.kind) {
      case 'number':
        if (e.value.denominator === 1n) {
          const n = Number(e.value.numerator)
          return () => n
        }
        break
      case 'size': {
        const n = sizeOf(e.size, dims)
        return () => n
      }
      case 'variable':
        return (m) => m.variables.get(e.name)!
      case 'negate': {
        const of = whole(e.value)
        return (m) => -of(m)
      }
      case 'binary': {
        if (e.op !== '+' && e.op !== '-' && e.op !== '*') break
        const [a, b] = [whole(e.left), whole(e.right)]
        if (e.op === '+') return (m) => a(m) + b(m)
        if (e.op === '-') return (m) => a(m) - b(m)
        return (m) => a(m) * b(m)
      }
    }
    const of = value(e)
    return (m) => domain.index(of(m).re[0]) ?? notWhole(e)
  }

  const element = (e: Expr | undefined): Whole<N> => (e ? whole(e) : () => 0)

  const value = (e: Expr): Code<N> => {
    switch (e.kind) {
      case 'number': {
        const constant = scalar(domain.constant(e.value))
        return () => constant
      }
      case 'infinity': {
        const constant = scalar(domain.infinity(1))
        return () => constant
      }
      case 'bool': {
        const constant = scalar(truth(e.value))
        return () => constant
      }
      case 'size': {
        const constant = scalar(domain.fromIndex(sizeOf(e.size, dims)))
        return () => constant
      }
      case 'variable':
        if (tokenVariables.has(e.name))
          return (m) => scalar(domain.fromIndex(m.start + m.variables.get(e.name)!))
        return (m) => scalar(domain.fromIndex(m.variables.get(e.name)!))
      case 'input':
      case 'let':
      case 'output':
      case 'state': {
        const { name, at } = e
        const which = element(e.kind === 'output' ? undefined : e.element)
        switch (at.kind) {
          case 'now':
            return (m) => m.read(name, m.t, which(m))
          case 'earlier': {
            const by = whole(at.by)
            return (m) => m.read(name, m.t - by(m), which(m))
          }
          case 'token':
            return (m) => m.read(name, m.variables.get(at.variable)!, which(m))
          case 'end':
            return (m) => m.last(name, which(m))
        }
        return at satisfies never
      }
      case 'param': {
        const which = element(e.element)
        return (m) => m.param(e.name, which(m))
      }
      case 'local':
        return (m) => m.locals.get(e.name)!
      case 'position':
        return (m) => scalar(domain.fromIndex(m.start + m.t))
      case 'length':
        return (m) => scalar(domain.fromIndex(m.length))
      case 'identity': {
        const constant = algebra.identity(rowsOf(e))
        return () => constant
      }
      case 'transpose': {
        const of = value(e.value)
        return (m) => algebra.transpose(of(m))
      }
      case 'negate': {
        const of = value(e.value)
        return (m) => algebra.negate(of(m))
      }
      case 'not': {
        const of = value(e.value)
        return (m) => algebra.map((x) => truth(!holds(x)), of(m))
      }
      case 'binary':
        return binary(e)
      case 'call': {
        const { fn } = e
        if (fn === 'where') return where(e)
        if (fn === 'window_softmax') {
          const [q, k, v] = e.args.slice(0, 3).map(value)
          const width = whole(e.args[3])
          return (m) => windowSoftmax(algebra, m, q, k, v, width(m))
        }
        const args = e.args.map(value)
        const size = { rows: rowsOf(e), cols: colsOf(e) }
        return (m) =>
          callBuiltin(
            algebra,
            fn,
            args.map((arg) => arg(m)),
            size,
          )
      }
      case 'component': {
        const [of, index] = [value(e.value), whole(e.index)]
        return (m) => {
          const [a, i] = [of(m), index(m)]
          return { rows: 1, cols: 1, re: [a.re[i] ?? domain.zero], im: a.im && [a.im[i] ?? domain.zero] }
        }
      }
      case 'let-in': {
        const [of, body] = [value(e.value), value(e.body)]
        return (m) => {
          m.locals.set(e.name, of(m))
          return body(m)
        }
      }
      case 'fold': {
        const [initial, body] = [value(e.initial), value(e.body)]
        const [from, to] = [whole(e.binder.from), whole(e.binder.to)]
        return (m) => {
          let x = initial(m)
          for (let j = from(m), end = to(m); j < end; j++) {
            m.variables.set(e.binder.variable, j)
            m.locals.set(e.name, x)
            x = body(m)
          }
          return x
        }
      }
      case 'reduce':
        return reduce(e)
    }
    return e satisfies never
  }

  /** Loop variables that range over tokens: as numbers they are positions. */
  const tokenVariables = new Set<string>()

  const reduce = (e: Expr & { kind: 'reduce' }): Code<N> => {
    if (e.tokens) tokenVariables.add(e.binder.variable)
    const body = value(e.body)
    const [from, to] = [whole(e.binder.from), whole(e.binder.to)]
    const empty =
      e.op === 'max' || e.op === 'min' ? scalar(domain.infinity(e.op === 'max' ? -1 : 1)) : undefined
    return (m) => {
      const base = e.tokens ? m.t : 0
      const values: Matrix<N>[] = []
      for (let j = from(m), end = to(m); j < end; j++) {
        if (e.tokens && (base + j < 0 || base + j >= m.length)) continue
        m.variables.set(e.binder.variable, base + j)
        values.push(body(m))
      }
      if (e.op === 'concat')
        return callBuiltin(algebra, 'concat', values, { rows: rowsOf(e), cols: colsOf(e) })
      if (values.length === 0)
        return algebra.add(algebra.zeros(rowsOf(e), colsOf(e)), empty ?? scalar(domain.zero))
      if (e.op === 'sum') return values.reduce((a, b) => algebra.add(a, b))
      const fn = e.op
      return values.reduce((a, b) => algebra.map((x, y) => domain.call(fn, [x, y]), a, b))
    }
  }

  /** A condition on one number chooses before either side is computed: the other side may not exist. */
  const where = (e: Expr & { kind: 'call' }): Code<N> => {
    const [condition, yes, no] = e.args.map(value)
    const [rows, cols] = [rowsOf(e), colsOf(e)]
    const size = (a: Matrix<N>): Matrix<N> =>
      a.re.length === rows * cols ? a : algebra.add(algebra.zeros(rows, cols), a)
    if (isScalar(e.args[0])) return (m) => size(holds(condition(m).re[0]) ? yes(m) : no(m))
    return (m) => {
      const [c, a, b] = [condition(m), yes(m), no(m)]
      const choose = (x: readonly N[], y: readonly N[]): Matrix<N> =>
        algebra.map(
          (p, q, r) => (holds(p) ? q : r),
          c,
          { ...a, re: x, im: undefined },
          { ...b, re: y, im: undefined },
        )
      const zeros = (n: number): readonly N[] => Array.from({ length: n }, () => domain.zero)
      const real = choose(a.re, b.re)
      if (!a.im && !b.im) return real
      return { ...real, im: choose(a.im ?? zeros(a.re.length), b.im ?? zeros(b.re.length)).re }
    }
  }

  const binary = (e: Expr & { kind: 'binary' }): Code<N> => {
    if (e.op === '@') return product(e)
    const [left, right] = [value(e.left), value(e.right)]
    const compare =
      (test: (a: N, b: N) => boolean): Code<N> =>
      (m) =>
        algebra.map((a, b) => truth(test(a, b)), left(m), right(m))
    const { less, equal } = domain
    switch (e.op) {
      case '+':
        return (m) => algebra.add(left(m), right(m))
      case '-':
        return (m) => algebra.subtract(left(m), right(m))
      case '*':
        return (m) => algebra.multiply(left(m), right(m))
      case '/':
        return (m) => algebra.divide(left(m), right(m))
      case '%':
        // The sign of the divisor, as in Python: a − b·⌊a/b⌋.
        return (m) =>
          algebra.map(
            (a, b) => domain.subtract(a, domain.multiply(b, domain.call('floor', [domain.divide(a, b)]))),
            left(m),
            right(m),
          )
      case '^':
        return (m) => callBuiltin(algebra, 'pow', [left(m), right(m)], { rows: rowsOf(e), cols: colsOf(e) })
      case '==':
        return compare((a, b) => equal(a, b))
      case '!=':
        return compare((a, b) => !equal(a, b))
      case '<':
        return compare((a, b) => less(a, b))
      case '<=':
        return compare((a, b) => less(a, b) || equal(a, b))
      case '>':
        return compare((a, b) => less(b, a))
      case '>=':
        return compare((a, b) => less(b, a) || equal(a, b))
      case '&&':
        return compare((a, b) => holds(a) && holds(b))
      case '||':
        return compare((a, b) => holds(a) || holds(b))
    }
  }

  /**
   * `L @ R` in the cheapest order: `(I − β k kᵀ) @ S` is `S − β k (kᵀ S)`, and `(k vᵀ) @ w` is `k (vᵀ w)`.
   * Associativity is all it uses, so the meaning is the same in every ring.
   */
  const product = (e: Expr & { kind: 'binary' }): Code<N> => {
    const { left, right } = e
    const fromLeft = cost(right) + actionCost(left, colsOf(right))
    const fromRight = cost(left) + actionCost(right, rowsOf(left))
    if (fromLeft <= fromRight) {
      const [act, x] = [action(left, colsOf(right), 'left'), value(right)]
      return (m) => act(m, x(m))
    }
    const [act, x] = [action(right, rowsOf(left), 'right'), value(left)]
    return (m) => act(m, x(m))
  }

  const action = (e: Expr, width: number, side: 'left' | 'right'): Action<N> => {
    if (actionCost(e, width) < denseCost(e, width)) {
      switch (e.kind) {
        case 'identity':
          return (_, x) => x
        case 'negate': {
          const of = action(e.value, width, side)
          return (m, x) => algebra.negate(of(m, x))
        }
        case 'transpose': {
          const of = action(e.value, width, side === 'left' ? 'right' : 'left')
          return (m, x) => algebra.transpose(of(m, algebra.transpose(x)))
        }
        case 'call': {
          const diagonal = value(e.args[0])
          // A column scales the rows from the left, a row the columns from the right.
          return (m, x) => scaleBy(diagonal(m), x, side)
        }
        case 'binary': {
          const scaled = isScalar(e.left) ? e.right : e.left
          const factor = isScalar(e.left) ? e.left : e.right
          if (e.op === '*' || e.op === '/') {
            const [of, by] = [action(scaled, width, side), value(factor)]
            return e.op === '*'
              ? (m, x) => algebra.multiply(by(m), of(m, x))
              : (m, x) => algebra.divide(of(m, x), by(m))
          }
          const [a, b] = [action(e.left, width, side), action(e.right, width, side)]
          if (e.op === '+') return (m, x) => algebra.add(a(m, x), b(m, x))
          if (e.op === '-') return (m, x) => algebra.subtract(a(m, x), b(m, x))
          if (e.op === '@') return side === 'left' ? (m, x) => a(m, b(m, x)) : (m, x) => b(m, a(m, x))
        }
      }
      return bug(`no action of ${e.kind}`)
    }
    const dense = value(e)
    return side === 'left' ? (m, x) => algebra.product(dense(m), x) : (m, x) => algebra.product(x, dense(m))
  }

  const scaleBy = (vector: Matrix<N>, x: Matrix<N>, side: 'left' | 'right'): Matrix<N> => {
    const spread = (values: readonly N[]): readonly N[] =>
      x.re.map((_, i) => values[side === 'left' ? Math.floor(i / x.cols) : i % x.cols])
    const factors = { rows: x.rows, cols: x.cols, re: spread(vector.re), im: vector.im && spread(vector.im) }
    return algebra.multiply(factors, x)
  }

  const denseCost = (e: Expr, width: number): number => cost(e) + rowsOf(e) * colsOf(e) * width

  /** Multiplications that `M @ x` takes, x of `width` columns (or `x @ M`, x of that many rows). */
  const actionCost = (e: Expr, width: number): number => {
    const known = actionCosts.get(e) ?? new Map<number, number>()
    actionCosts.set(e, known)
    const result = known.get(width) ?? countAction(e, width)
    known.set(width, result)
    return result
  }
  const actionCosts = new WeakMap<Expr, Map<number, number>>()

  const countAction = (e: Expr, width: number): number => {
    const dense = denseCost(e, width)
    const most = Math.max(rowsOf(e), colsOf(e)) * width
    switch (e.kind) {
      case 'identity':
        return 0
      case 'negate':
        return Math.min(dense, most + actionCost(e.value, width))
      case 'transpose':
        return Math.min(dense, 2 * most + actionCost(e.value, width))
      case 'call':
        return e.fn === 'diag' ? Math.min(dense, most + cost(e.args[0])) : dense
      case 'binary':
        switch (e.op) {
          case '+':
          case '-':
            // A scalar that broadcasts over a matrix is not a multiple of the identity.
            if (isScalar(e.left) || isScalar(e.right)) return dense
            return Math.min(dense, most + actionCost(e.left, width) + actionCost(e.right, width))
          case '*':
            if (!isScalar(e.left) && !isScalar(e.right)) return dense
            return Math.min(
              dense,
              most +
                (isScalar(e.left)
                  ? cost(e.left) + actionCost(e.right, width)
                  : cost(e.right) + actionCost(e.left, width)),
            )
          case '/':
            return isScalar(e.right)
              ? Math.min(dense, most + cost(e.right) + actionCost(e.left, width))
              : dense
          case '@':
            return Math.min(dense, actionCost(e.left, width) + actionCost(e.right, width))
        }
        return dense
      default:
        return dense
    }
  }

  /** Roughly what computing a value takes. */
  const cost = (e: Expr): number => {
    const result = costs.get(e) ?? count(e)
    costs.set(e, result)
    return result
  }
  const costs = new WeakMap<Expr, number>()

  const count = (e: Expr): number => {
    const size = rowsOf(e) * colsOf(e)
    switch (e.kind) {
      case 'binary':
        if (e.op === '@')
          return Math.min(
            cost(e.right) + actionCost(e.left, colsOf(e.right)),
            cost(e.left) + actionCost(e.right, rowsOf(e.left)),
          )
        return size + cost(e.left) + cost(e.right)
      case 'negate':
      case 'transpose':
        return size + cost(e.value)
      case 'call':
        return e.args.reduce((sum, arg) => sum + cost(arg), 4 * size)
      default:
        return 0
    }
  }

  return { value, whole }
}
