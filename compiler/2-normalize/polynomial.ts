import type { ScalarFunction } from '../builtins.ts'
import * as Q from '../rational.ts'
import type { Rational } from '../rational.ts'

/**
 * The algebra of what a token gives: sums of products of atoms, lane by lane. A scalar has one lane, a vector one
 * per component; products are elementwise and a scalar meets every lane. `exp` factors of a product are kept as one
 * exponent, so that exp(a)·exp(b) and exp(a + b) are the same thing.
 *
 * A product with a sum stays as written (`(x − m)²` must not become `x² − 2xm + m²`: that loses digits);
 * `keyOf` multiplies it out, so that two spellings of one polynomial still compare as equal.
 */
export interface Polynomial {
  readonly terms: readonly Term[]
  readonly lanes: number
  /** Equal for polynomials written alike; `keyOf` is equal for polynomials that are alike. */
  readonly text: string
}

export interface Term {
  readonly coefficient: Rational
  /** Sorted by atom key; powers are whole and not 0. */
  readonly factors: readonly Factor[]
  /** The product holds exp of this, lane by lane. */
  readonly exponent?: Polynomial
}

export interface Factor {
  readonly atom: Atom
  readonly power: number
}

interface AtomBase {
  readonly key: string
  readonly lanes: number
}

/** A value given as a matrix: an input or a param. */
export interface MatrixAtom {
  readonly source: 'input' | 'param'
  readonly name: string
  readonly element?: number
  readonly rows: number
  readonly cols: number
}

export type Condition =
  | { readonly kind: 'bool'; readonly value: boolean }
  | {
      readonly kind: 'compare'
      readonly op: '==' | '!=' | '<' | '<=' | '>' | '>='
      readonly left: Polynomial
      readonly right: Polynomial
    }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly value: Condition }

export type Atom = AtomBase &
  (
    | { readonly kind: 'input' | 'param'; readonly name: string; readonly element?: number }
    /** Row or column `index` of a given matrix, as a vector. */
    | {
        readonly kind: 'slab'
        readonly matrix: MatrixAtom
        readonly axis: 'row' | 'column'
        readonly index: number
      }
    | {
        readonly kind: 'call'
        readonly fn: Exclude<ScalarFunction, 'exp'>
        readonly args: readonly Polynomial[]
      }
    | {
        readonly kind: 'where'
        readonly condition: Condition
        readonly then: Polynomial
        readonly else: Polynomial
      }
    | { readonly kind: 'group'; readonly of: Polynomial }
    | { readonly kind: 'reduce'; readonly op: 'sum' | 'max' | 'min' | 'argmax'; readonly of: Polynomial }
    | {
        readonly kind: 'matvec'
        readonly matrix: MatrixAtom
        readonly transposed: boolean
        readonly of: Polynomial
      }
    | { readonly kind: 'component'; readonly of: Polynomial; readonly index: number }
    | { readonly kind: 'concat'; readonly parts: readonly Polynomial[] }
    | { readonly kind: 'slice'; readonly of: Polynomial; readonly from: number }
    | { readonly kind: 'outer-flat'; readonly left: Polynomial; readonly right: Polynomial }
    | { readonly kind: 'cumsum' | 'softmax'; readonly of: Polynomial }
    | { readonly kind: 'topk-mask'; readonly of: Polynomial; readonly count: number }
    | { readonly kind: 'onehot'; readonly index: Polynomial }
    | { readonly kind: 'infinity' }
    /** The result of a read of a state: `state` at `version`, contracted with `p` over its rows or its columns. */
    | { readonly kind: 'read'; readonly read: Read }
    /** A value that an earlier kernel has worked out; only lowering makes these. */
    | { readonly kind: 'part' }
  )

/** Sᵀp (`axis: 'rows'`) or S p (`axis: 'columns'`) at a point of the token. */
export interface Read {
  readonly state: string
  /** 0: before the token; then one more after each micro-step. */
  readonly version: number
  readonly axis: 'rows' | 'columns'
  readonly p: Polynomial
  readonly lanes: number
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const termBody = (term: Term): string => {
  const factors = term.factors.map((f) => (f.power === 1 ? f.atom.key : `${f.atom.key}^${f.power}`))
  if (term.exponent) factors.push(`exp(${term.exponent.text})`)
  return factors.join('·')
}

const lanesOf = (term: Term): number =>
  Math.max(1, term.exponent?.lanes ?? 1, ...term.factors.map((f) => f.atom.lanes))

const termText = (body: string, coefficient: Rational): string => {
  if (body === '') return Q.print(coefficient)
  if (Q.isOne(coefficient)) return body
  return Q.isOne(Q.negate(coefficient)) ? `-${body}` : `${Q.print(coefficient)}·${body}`
}

/** `a + b - c` */
export const joinTerms = (terms: readonly string[]): string =>
  terms.reduce(
    (sum, term) =>
      sum === '' ? term : term.startsWith('-') ? `${sum} - ${term.slice(1)}` : `${sum} + ${term}`,
    '',
  )

const make = (terms: readonly Term[], lanes = 1): Polynomial => {
  const merged = new Map<string, Term>()
  for (const term of terms) {
    const body = termBody(term)
    const before = merged.get(body)
    merged.set(body, before ? { ...term, coefficient: Q.add(before.coefficient, term.coefficient) } : term)
  }
  const sorted = [...merged].filter(([, t]) => !Q.isZero(t.coefficient)).sort(([a], [b]) => compare(a, b))
  const kept = sorted.map(([, t]) => t)
  if (kept.length === 1) {
    const [term] = kept
    const [only] = term.factors
    if (
      term.factors.length === 1 &&
      !term.exponent &&
      only.power === 1 &&
      only.atom.kind === 'group' &&
      Q.isOne(term.coefficient)
    )
      return only.atom.of
  }
  const text = joinTerms(sorted.map(([body, t]) => termText(body, t.coefficient)))
  return { terms: kept, lanes: Math.max(lanes, ...kept.map(lanesOf)), text: text === '' ? '0' : text }
}

export const constant = (value: Rational): Polynomial => make([{ coefficient: value, factors: [] }])
export const zero = constant(Q.zero)
export const one = constant(Q.one)
export const whole = (value: number): Polynomial => constant(Q.rational(value))

export const isZero = (p: Polynomial): boolean => p.terms.length === 0
export const asConstant = (p: Polynomial): Rational | undefined => {
  if (p.terms.length === 0) return Q.zero
  const [term] = p.terms
  return p.terms.length === 1 && term.factors.length === 0 && !term.exponent ? term.coefficient : undefined
}
export const isOne = (p: Polynomial): boolean => {
  const value = asConstant(p)
  return value !== undefined && Q.isOne(value)
}

export const ofAtom = (atom: Atom): Polynomial =>
  make([{ coefficient: Q.one, factors: [{ atom, power: 1 }] }], atom.lanes)

/** The only atom of a polynomial that is just that. */
export const asAtom = (p: Polynomial): Atom | undefined => {
  if (p.terms.length !== 1) return undefined
  const [term] = p.terms
  return term.factors.length === 1 &&
    term.factors[0].power === 1 &&
    !term.exponent &&
    Q.isOne(term.coefficient)
    ? term.factors[0].atom
    : undefined
}

export const add = (a: Polynomial, b: Polynomial): Polynomial =>
  make([...a.terms, ...b.terms], Math.max(a.lanes, b.lanes))
export const negate = (a: Polynomial): Polynomial => scale(a, Q.negate(Q.one))
export const subtract = (a: Polynomial, b: Polynomial): Polynomial => add(a, negate(b))
export const sumOf = (parts: readonly Polynomial[]): Polynomial => parts.reduce(add, zero)

const scale = (a: Polynomial, by: Rational): Polynomial =>
  make(
    a.terms.map((t) => ({ ...t, coefficient: Q.multiply(t.coefficient, by) })),
    a.lanes,
  )

const multiplyTerms = (a: Term, b: Term): Term => {
  const powers = new Map<string, Factor>()
  for (const factor of [...a.factors, ...b.factors]) {
    const before = powers.get(factor.atom.key)
    powers.set(factor.atom.key, before ? { atom: factor.atom, power: before.power + factor.power } : factor)
  }
  const factors = [...powers.values()]
    .filter((f) => f.power !== 0)
    .sort((x, y) => compare(x.atom.key, y.atom.key))
  const exponent = a.exponent && b.exponent ? add(a.exponent, b.exponent) : (a.exponent ?? b.exponent)
  return {
    coefficient: Q.multiply(a.coefficient, b.coefficient),
    factors,
    exponent: exponent && !isZero(exponent) ? exponent : undefined,
  }
}

const group = (p: Polynomial): Polynomial => (p.terms.length === 1 ? p : { ...ofGroup(p), lanes: p.lanes })

const ofGroup = (p: Polynomial): Polynomial => {
  const atom: Atom = { kind: 'group', of: p, key: `(${p.text})`, lanes: p.lanes }
  // Built by hand: `make` would unwrap it again.
  return { terms: [{ coefficient: Q.one, factors: [{ atom, power: 1 }] }], lanes: p.lanes, text: atom.key }
}

/** A product with a sum keeps the sum whole: `(1 − a)·x` must not become `x − a·x`, which loses digits where a is near 1. */
export const multiply = (a: Polynomial, b: Polynomial): Polynomial => {
  const lanes = Math.max(a.lanes, b.lanes)
  if (isZero(a) || isZero(b)) return { ...zero, lanes }
  const [x, y] = [asConstant(a), asConstant(b)]
  if (x) return widen(scale(b, x), lanes)
  if (y) return widen(scale(a, y), lanes)
  return make([multiplyTerms(group(a).terms[0], group(b).terms[0])], lanes)
}
const widen = (p: Polynomial, lanes: number): Polynomial => (p.lanes === lanes ? p : { ...p, lanes })
export const productOf = (parts: readonly Polynomial[]): Polynomial => parts.reduce(multiply, one)

export const power = (a: Polynomial, n: number): Polynomial => {
  if (n === 0) return one
  if (n === 1) return a
  const [term] = group(a).terms
  if (term === undefined) return n > 0 ? zero : ofInverseOfZero
  const coefficient = Q.rational(
    term.coefficient.numerator ** BigInt(Math.abs(n)),
    term.coefficient.denominator ** BigInt(Math.abs(n)),
  )
  return make(
    [
      {
        coefficient: n > 0 ? coefficient : Q.invert(coefficient),
        factors: term.factors.map((f) => ({ atom: f.atom, power: f.power * n })),
        exponent: term.exponent && scale(term.exponent, Q.rational(n)),
      },
    ],
    a.lanes,
  )
}

/** 1/0, as written by the user: an infinity like any other. */
const ofInverseOfZero: Polynomial = ofAtom({ kind: 'infinity', key: 'inf', lanes: 1 })

export const divide = (a: Polynomial, b: Polynomial): Polynomial => multiply(a, power(b, -1))

/** exp, lane by lane; exp(n·log x) for whole n is xⁿ. */
export const exponential = (e: Polynomial): Polynomial => {
  let plain = one
  const rest: Term[] = []
  for (const term of e.terms) {
    const [factor] = term.factors
    const logarithm =
      term.factors.length === 1 &&
      !term.exponent &&
      factor.power === 1 &&
      factor.atom.kind === 'call' &&
      factor.atom.fn === 'log'
    if (logarithm && term.coefficient.denominator === 1n)
      plain = multiply(
        plain,
        power((factor.atom as { args: readonly Polynomial[] }).args[0], Number(term.coefficient.numerator)),
      )
    else rest.push(term)
  }
  if (rest.length === 0) return { ...plain, lanes: Math.max(plain.lanes, e.lanes) }
  return multiply(plain, make([{ coefficient: Q.one, factors: [], exponent: make(rest, e.lanes) }], e.lanes))
}

export const call = (fn: ScalarFunction, args: readonly Polynomial[]): Polynomial => {
  if (fn === 'exp') return exponential(args[0])
  const lanes = Math.max(...args.map((a) => a.lanes))
  return ofAtom({ kind: 'call', fn, args, key: `${fn}(${args.map(keyOf).join(', ')})`, lanes })
}

export const input = (kind: 'input' | 'param', name: string, lanes: number, element?: number): Polynomial =>
  ofAtom({ kind, name, element, lanes, key: element === undefined ? name : `${name}[${element}]` })

export const matrixKey = (m: MatrixAtom): string =>
  m.element === undefined ? m.name : `${m.name}[${m.element}]`

/**
 * Split a term into what all lanes share and what varies from lane to lane. An exponent is never split:
 * `exp(x − max(x))` must not become `exp(x)·exp(−max(x))`, which overflows.
 */
export const splitLanes = (term: Term): { readonly shared: Term; readonly varying: Term } => {
  const varies = (term.exponent?.lanes ?? 1) > 1
  return {
    shared: {
      coefficient: term.coefficient,
      factors: term.factors.filter((f) => f.atom.lanes === 1),
      exponent: varies ? undefined : term.exponent,
    },
    varying: {
      coefficient: Q.one,
      factors: term.factors.filter((f) => f.atom.lanes > 1),
      exponent: varies ? term.exponent : undefined,
    },
  }
}

export const ofTerm = (term: Term, lanes = 1): Polynomial => make([term], lanes)

/** Σ over `lanes` lanes; what all lanes share is taken out, so that (a·k)·q and a·(k·q) are one thing. */
export const sumLanes = (p: Polynomial, lanes: number): Polynomial => {
  if (lanes === 1) return p
  return sumOf(
    p.terms.map((term) => {
      const { shared, varying } = splitLanes(term)
      const inner = ofTerm(varying)
      if (isOne(inner)) return multiply(ofTerm(shared), whole(lanes))
      return multiply(
        ofTerm(shared),
        ofAtom({ kind: 'reduce', op: 'sum', of: inner, key: `sum(${keyOf(inner)})`, lanes: 1 }),
      )
    }),
  )
}

export const dot = (a: Polynomial, b: Polynomial, lanes: number): Polynomial =>
  sumLanes(multiply(a, b), lanes)

const expansionLimit = 64
const expanded = new WeakMap<Polynomial, Polynomial>()

/** Multiplied out, so that equal polynomials look alike; left as it is where that would grow too long. */
export const expand = (p: Polynomial): Polynomial => {
  const known = expanded.get(p)
  if (known) return known
  let result = zero
  for (const term of p.terms) {
    let product: readonly Term[] = [
      { coefficient: term.coefficient, factors: [], exponent: term.exponent && expand(term.exponent) },
    ]
    for (const factor of term.factors) {
      const by = expandFactor(factor)
      if (product.length * by.terms.length > expansionLimit) return remember(p, p)
      product = product.flatMap((x) => by.terms.map((y) => multiplyTerms(x, y)))
    }
    result = make([...result.terms, ...product], p.lanes)
    if (result.terms.length > expansionLimit) return remember(p, p)
  }
  return remember(p, result)
}

const remember = (p: Polynomial, result: Polynomial): Polynomial => {
  expanded.set(p, result)
  return result
}

const expandFactor = ({ atom, power: n }: Factor): Polynomial => {
  if (atom.kind === 'group' && n > 0 && expand(atom.of).terms.length ** n <= expansionLimit) {
    let result = one
    const base = expand(atom.of)
    for (let i = 0; i < n; i++)
      result = make(
        result.terms.flatMap((x) => base.terms.map((y) => multiplyTerms(x, y))),
        base.lanes,
      )
    return result
  }
  if (atom.kind === 'group') {
    const base = expand(atom.of)
    const canonical = base.terms.length === 1 ? base : ofGroup(base)
    return power(canonical, n)
  }
  if (atom.kind === 'reduce' && atom.op === 'sum' && n === 1) {
    const inner = expand(atom.of)
    return inner.terms.length > 1
      ? sumLanes(inner, inner.lanes)
      : make([{ coefficient: Q.one, factors: [{ atom, power: n }] }])
  }
  return make([{ coefficient: Q.one, factors: [{ atom, power: n }] }], atom.lanes)
}

/** Whether nothing is left once everything is multiplied out. */
export const vanishes = (p: Polynomial): boolean => isZero(p) || isZero(expand(p))

/** Equal exactly for polynomials that multiply out to the same thing. */
export const keyOf = (p: Polynomial): string => expand(p).text

export const same = (a: Polynomial, b: Polynomial): boolean => keyOf(a) === keyOf(b)

/** Read atoms that a polynomial holds at any depth. */
export const readsIn = (p: Polynomial): readonly Read[] => {
  const found = new Map<string, Read>()
  visitAtoms(p, (atom) => {
    if (atom.kind === 'read') found.set(atom.key, atom.read)
  })
  return [...found.values()]
}

/** Visit every atom, outermost first; reads' own keys are visited too. */
export const visitAtoms = (p: Polynomial, visit: (atom: Atom) => void): void => {
  for (const term of p.terms) {
    if (term.exponent) visitAtoms(term.exponent, visit)
    for (const { atom } of term.factors) {
      visit(atom)
      for (const part of partsOf(atom)) visitAtoms(part, visit)
    }
  }
}

const conditionParts = (c: Condition): readonly Polynomial[] => {
  switch (c.kind) {
    case 'bool':
      return []
    case 'compare':
      return [c.left, c.right]
    case 'and':
    case 'or':
      return [...conditionParts(c.left), ...conditionParts(c.right)]
    case 'not':
      return conditionParts(c.value)
  }
}

/** The polynomials inside an atom. */
export const partsOf = (atom: Atom): readonly Polynomial[] => {
  switch (atom.kind) {
    case 'input':
    case 'param':
    case 'slab':
    case 'infinity':
    case 'part':
      return []
    case 'call':
      return atom.args
    case 'where':
      return [...conditionParts(atom.condition), atom.then, atom.else]
    case 'group':
    case 'reduce':
    case 'matvec':
    case 'component':
    case 'slice':
    case 'cumsum':
    case 'softmax':
    case 'topk-mask':
      return [atom.of]
    case 'concat':
      return atom.parts
    case 'outer-flat':
      return [atom.left, atom.right]
    case 'onehot':
      return [atom.index]
    case 'read':
      return [atom.read.p]
  }
}

export const conditionKey = (c: Condition): string => {
  switch (c.kind) {
    case 'bool':
      return String(c.value)
    case 'compare':
      return `${keyOf(c.left)} ${c.op} ${keyOf(c.right)}`
    case 'and':
    case 'or':
      return `(${conditionKey(c.left)} ${c.kind} ${conditionKey(c.right)})`
    case 'not':
      return `not (${conditionKey(c.value)})`
  }
}

/**
 * Take out what all lanes share: p = scalar · vector, the vector with leading coefficient 1.
 *
 *     2·β·k  ⇒  2·β  ·  k          k − a·k  ⇒  (1 − a)  ·  k
 */
export const splitScalar = (p: Polynomial): { readonly scalar: Polynomial; readonly vector: Polynomial } => {
  if (p.lanes === 1) return { scalar: p, vector: one }
  if (isZero(p)) return { scalar: zero, vector: p }
  const byVector = new Map<string, { vector: Term; scalars: Polynomial }>()
  for (const term of p.terms) {
    const { shared, varying } = splitLanes(term)
    const key = termBody(varying)
    const before = byVector.get(key)
    byVector.set(key, {
      vector: varying,
      scalars: before ? add(before.scalars, ofTerm(shared)) : ofTerm(shared),
    })
  }
  const entries = [...byVector.values()]
  if (entries.length === 1) return { scalar: entries[0].scalars, vector: ofTerm(entries[0].vector, p.lanes) }
  const [first] = entries
  if (entries.every((e) => same(e.scalars, first.scalars)))
    return {
      scalar: first.scalars,
      vector: make(
        entries.map((e) => e.vector),
        p.lanes,
      ),
    }
  const lead = p.terms[0].coefficient
  return { scalar: constant(lead), vector: scale(p, Q.invert(lead)) }
}

/**
 * p without one factor `by`, where p holds it: undefined where it does not.
 *
 *     exp(g)·β  by  exp(g)  ⇒  β          -β + β·f  by  1 - f  ⇒  -β
 */
export const without = (p: Polynomial, by: Polynomial): Polynomial | undefined => {
  if (isZero(p) || isZero(by)) return undefined
  return by.terms.length === 1 ? withoutProduct(p, by) : withoutSum(p, by)
}

const withoutProduct = (p: Polynomial, by: Polynomial): Polynomial | undefined => {
  const [divisor] = by.terms
  if (divisor.factors.length === 0 && !divisor.exponent) return undefined
  const holds = (term: Term): boolean =>
    divisor.factors.every(
      (f) => (term.factors.find((g) => g.atom.key === f.atom.key)?.power ?? 0) >= f.power && f.power > 0,
    ) &&
    (!divisor.exponent ||
      (term.exponent !== undefined &&
        divisor.exponent.terms.every((d) => {
          const body = termBody(d)
          return term.exponent!.terms.some(
            (e) => termBody(e) === body && Q.equals(e.coefficient, d.coefficient),
          )
        })))
  if (!p.terms.every(holds)) return undefined
  // Term by term: exp(-g) times the whole would be left standing, and overflow.
  const [inverse] = power(by, -1).terms
  return make(
    p.terms.map((term) => multiplyTerms(term, inverse)),
    p.lanes,
  )
}

/** Long division by a sum with a constant term: the shortest term of what is left is a term of the quotient. */
const withoutSum = (p: Polynomial, by: Polynomial): Polynomial | undefined => {
  const known = by.terms.find((t) => t.factors.length === 0 && !t.exponent)
  if (!known) return undefined
  let [rest, quotient] = [expand(p), zero]
  for (let steps = p.terms.length; steps > 0 && !isZero(rest); steps--) {
    const shortest = rest.terms.reduce((a, b) => (degreeOf(b) < degreeOf(a) ? b : a))
    const term = ofTerm(
      { ...shortest, coefficient: Q.multiply(shortest.coefficient, Q.invert(known.coefficient)) },
      p.lanes,
    )
    quotient = add(quotient, term)
    rest = expand(subtract(rest, multiply(term, by)))
  }
  return isZero(rest) && !isZero(quotient) ? quotient : undefined
}

const degreeOf = (term: Term): number =>
  term.factors.reduce((sum, f) => sum + Math.abs(f.power), term.exponent ? term.exponent.terms.length : 0)
