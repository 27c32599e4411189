import * as P from '../2-normalize/polynomial.ts'
import type { Atom, Condition, MatrixAtom, Polynomial, Term } from '../2-normalize/polynomial.ts'
import { bug } from '../pass.ts'
import * as Q from '../rational.ts'
import {
  accumulate, add, and, assign, call, div, equal, int, intMax, intMin, less, loop, mod, mul, name, negate, or, real,
  select, sub, variable, when,
} from './build.ts' // prettier-ignore
import type { Expr, Statement } from './loop-ir.ts'

/** Where the values of a token stand while it is worked out. */
export interface TokenScope {
  /** Component `index` (row-major) of an input or param. */
  readonly port: (source: 'input' | 'param', port: string, index: Expr) => Expr
  /** Component `lane` of a temporary. */
  readonly temporary: (name: string, lane: Expr) => Expr
  /** Component `lane` of a read, where outputs are functions of reads. */
  readonly read?: (atom: string, lane: Expr) => Expr
  /** Component `lane` of a part that an earlier kernel has worked out. */
  readonly part?: (part: string, lane: Expr) => Expr
}

/** One lane of what a token gives, as an expression of the IR. */
export const lowerLane = (p: Polynomial, lane: Expr, scope: TokenScope): Expr => {
  if (p.terms.length === 0) return real(0)
  return p.terms.map((t) => lowerTerm(t, lane, scope)).reduce((sum, term) => add(sum, term))
}

const lowerTerm = (term: Term, lane: Expr, scope: TokenScope): Expr => {
  const over: Expr[] = []
  const under: Expr[] = []
  const { numerator, denominator } = term.coefficient
  const minus = numerator < 0n
  const size: Q.Rational = { numerator: minus ? -numerator : numerator, denominator }
  if (!Q.isOne(size)) over.push(real(size))
  for (const factor of term.factors) {
    const value = lowerAtom(factor.atom, lane, scope)
    for (let i = 0; i < Math.abs(factor.power); i++) (factor.power > 0 ? over : under).push(value)
  }
  if (term.exponent) over.push(call('exp', lowerLane(term.exponent, lane, scope)))
  const product = over.length === 0 ? real(1) : mul(...over)
  const quotient: Expr =
    under.length === 0 ? product : { kind: 'binary', op: '/', left: product, right: mul(...under) }
  return minus ? negate(quotient) : quotient
}

const clampLane = (lane: Expr, size: number): Expr => intMin(intMax(lane, int(0)), int(size - 1))

const lowerAtom = (atom: Atom, at: Expr, scope: TokenScope): Expr => {
  // A scalar meets every lane of what it is multiplied with.
  const lane = atom.lanes === 1 ? int(0) : at
  switch (atom.kind) {
    case 'input':
    case 'param':
      return scope.port(atom.kind, atom.name, add(int((atom.element ?? 0) * atom.lanes), lane))
    case 'slab':
      return matrixEntry(
        atom.matrix,
        atom.axis === 'row' ? int(atom.index) : lane,
        atom.axis === 'row' ? lane : int(atom.index),
        scope,
      )
    case 'call':
      if (isTemporary(atom)) return scope.temporary(atom.key, int(0))
      return call(atom.fn, ...atom.args.map((a) => lowerLane(a, lane, scope)))
    case 'where':
      return select(
        lowerCondition(atom.condition, lane, scope),
        lowerLane(atom.then, lane, scope),
        lowerLane(atom.else, lane, scope),
      )
    case 'group':
      return lowerLane(atom.of, lane, scope)
    case 'reduce':
    case 'matvec':
    case 'cumsum':
    case 'topk-mask':
      return scope.temporary(atom.key, lane)
    case 'softmax': {
      const shifted = sub(lowerLane(atom.of, lane, scope), scope.temporary(`${atom.key} max`, int(0)))
      return {
        kind: 'binary',
        op: '/',
        left: call('exp', shifted),
        right: scope.temporary(`${atom.key} sum`, int(0)),
      }
    }
    case 'component':
      return lowerLane(atom.of, int(atom.index), scope)
    case 'concat': {
      let from = atom.lanes
      return atom.parts.reduceRight<Expr | undefined>((rest, part) => {
        from -= part.lanes
        const value = lowerLane(part, clampLane(sub(lane, int(from)), part.lanes), scope)
        return rest === undefined ? value : select(less(lane, int(from + part.lanes)), value, rest)
      }, undefined)!
    }
    case 'slice':
      return lowerLane(atom.of, add(lane, int(atom.from)), scope)
    case 'outer-flat': {
      const width = int(atom.right.lanes)
      return mul(
        lowerLane(atom.left, div(lane, width), scope),
        lowerLane(atom.right, mod(lane, width), scope),
      )
    }
    case 'onehot':
      return select(
        equal(lowerLane(atom.index, int(0), scope), { kind: 'real-of', value: lane }),
        real(1),
        real(0),
      )
    case 'infinity':
      return { kind: 'infinity', sign: 1 }
    case 'read':
      return (scope.read ?? bug('a read stands in what a token gives'))(atom.key, lane)
    case 'part':
      return (scope.part ?? bug('a part stands where nothing is split'))(atom.key, lane)
  }
}

const matrixEntry = (m: MatrixAtom, row: Expr, col: Expr, scope: TokenScope): Expr =>
  scope.port(m.source, m.name, add(int((m.element ?? 0) * m.rows * m.cols), mul(row, int(m.cols)), col))

const lowerCondition = (c: Condition, lane: Expr, scope: TokenScope): Expr => {
  switch (c.kind) {
    case 'bool':
      return { kind: 'bool', value: c.value }
    case 'compare':
      return {
        kind: 'binary',
        op: c.op,
        left: lowerLane(c.left, lane, scope),
        right: lowerLane(c.right, lane, scope),
      }
    case 'and':
      return and(lowerCondition(c.left, lane, scope), lowerCondition(c.right, lane, scope))
    case 'or':
      return or(lowerCondition(c.left, lane, scope), lowerCondition(c.right, lane, scope))
    case 'not':
      return { kind: 'not', value: lowerCondition(c.value, lane, scope) }
  }
}

/** Whether an atom is worked out once per token and kept: what loops over lanes, and scalar functions of such. */
const isTemporary = (atom: Atom): boolean => {
  switch (atom.kind) {
    case 'reduce':
    case 'matvec':
    case 'cumsum':
    case 'topk-mask':
    case 'softmax':
      return true
    case 'call':
      return atom.lanes === 1 && holdsTemporary(atom)
    default:
      return false
  }
}

const holdsTemporary = (atom: Atom): boolean => {
  let found = false
  for (const part of P.partsOf(atom)) P.visitAtoms(part, (inner) => (found ||= isTemporary(inner)))
  return found
}

/** A value kept for each token of a block: its size, and how one lane of it is worked out. */
export interface Temporary {
  readonly name: string
  readonly lanes: number
  /** Statements that store lane `lane`; `put(value)` makes the store. */
  readonly compute: (lane: Expr, put: (value: Expr) => Statement, scope: TokenScope) => readonly Statement[]
}

/** The temporaries that some polynomials need, in layers: each needs only those of earlier layers. */
export const temporariesOf = (values: readonly Polynomial[]): readonly (readonly Temporary[])[] => {
  const layers: Temporary[][] = []
  const placed = new Map<string, number>()
  const place = (temporary: Temporary, layer: number): void => {
    ;(layers[layer] ??= []).push(temporary)
    placed.set(temporary.name, layer)
  }
  /** The first layer in which everything that the polynomial needs is there. */
  const visit = (p: Polynomial): number => {
    let ready = 0
    for (const term of p.terms) {
      if (term.exponent) ready = Math.max(ready, visit(term.exponent))
      for (const { atom } of term.factors) ready = Math.max(ready, visitAtom(atom))
    }
    return ready
  }
  const visitAtom = (atom: Atom): number => {
    // What stands inside a read has been read already.
    if (atom.kind === 'read') return 0
    const ready = Math.max(0, ...P.partsOf(atom).map(visit))
    if (!isTemporary(atom)) return ready
    const known = placed.get(atom.kind === 'softmax' ? `${atom.key} sum` : atom.key)
    if (known !== undefined) return known + 1
    const made = temporaries(atom)
    made.forEach((t, i) => place(t, ready + i))
    return ready + made.length
  }
  values.forEach(visit)
  return layers
}

const temporaries = (atom: Atom): readonly Temporary[] => {
  const one = (lanes: number, compute: Temporary['compute']): readonly Temporary[] => [
    { name: atom.key, lanes, compute },
  ]
  const e = name('e')
  switch (atom.kind) {
    case 'call':
      return one(1, (_, put, scope) => [
        put(call(atom.fn, ...atom.args.map((a) => lowerLane(a, int(0), scope)))),
      ])
    case 'reduce':
      return one(1, (_, put, scope) => reduceLanes(atom.op, atom.of, put, scope))
    case 'matvec': {
      const m = atom.matrix
      return one(atom.lanes, (lane, put, scope) => [
        variable('sum', real(0)),
        loop('e', int(0), int(atom.transposed ? m.rows : m.cols), [
          accumulate(
            'sum',
            mul(
              matrixEntry(m, atom.transposed ? e : lane, atom.transposed ? lane : e, scope),
              lowerLane(atom.of, e, scope),
            ),
          ),
        ]),
        put(name('sum')),
      ])
    }
    case 'cumsum':
      return one(atom.lanes, (lane, put, scope) => [
        variable('sum', real(0)),
        loop('e', int(0), add(lane, int(1)), [accumulate('sum', lowerLane(atom.of, e, scope))]),
        put(name('sum')),
      ])
    case 'topk-mask':
      return one(atom.lanes, (lane, put, scope) => {
        const [own, other] = [lowerLane(atom.of, lane, scope), lowerLane(atom.of, e, scope)]
        return [
          variable('larger', int(0), 'i32'),
          loop('e', int(0), int(atom.lanes), [
            when(or(less(own, other), and(equal(own, other), less(e, lane))), [accumulate('larger', int(1))]),
          ]),
          put(select(less(name('larger'), int(atom.count)), real(1), real(0))),
        ]
      })
    case 'softmax': {
      const shifted = (scope: TokenScope): Expr =>
        sub(lowerLane(atom.of, e, scope), scope.temporary(`${atom.key} max`, int(0)))
      return [
        {
          name: `${atom.key} max`,
          lanes: 1,
          compute: (_, put, scope) => reduceLanes('max', atom.of, put, scope),
        },
        {
          name: `${atom.key} sum`,
          lanes: 1,
          compute: (_, put, scope) => [
            variable('sum', real(0)),
            loop('e', int(0), int(atom.lanes), [accumulate('sum', call('exp', shifted(scope)))]),
            put(name('sum')),
          ],
        },
      ]
    }
    default:
      return bug(`${atom.kind} is no temporary`)
  }
}

const reduceLanes = (
  op: 'sum' | 'max' | 'min' | 'argmax',
  of: Polynomial,
  put: (value: Expr) => Statement,
  scope: TokenScope,
): readonly Statement[] => {
  const e = name('e')
  const value = lowerLane(of, e, scope)
  switch (op) {
    case 'sum':
      return [
        variable('sum', real(0)),
        loop('e', int(0), int(of.lanes), [accumulate('sum', value)]),
        put(name('sum')),
      ]
    case 'max':
    case 'min':
      return [
        variable('best', lowerLane(of, int(0), scope)),
        loop('e', int(1), int(of.lanes), [assign('best', call(op, name('best'), value))]),
        put(name('best')),
      ]
    case 'argmax':
      return [
        variable('best', lowerLane(of, int(0), scope)),
        variable('index', real(0)),
        loop('e', int(1), int(of.lanes), [
          when(less(name('best'), value), [
            assign('best', value),
            assign('index', { kind: 'real-of', value: e }),
          ]),
        ]),
        put(name('index')),
      ]
  }
}

/** Inputs and params that a polynomial takes its values from. */
export const portsOf = (p: Polynomial): ReadonlySet<string> => {
  const found = new Set<string>()
  P.visitAtoms(p, (atom) => {
    if (atom.kind === 'input' || atom.kind === 'param') found.add(atom.name)
    if (atom.kind === 'slab' || atom.kind === 'matvec') found.add(atom.matrix.name)
  })
  return found
}
