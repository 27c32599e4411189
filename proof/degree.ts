import type { Domain } from '../compiler/domain.ts'
import { toNumber } from '../compiler/rational.ts'

/** How complicated a number is as an expression in the random inputs. */
export interface Degree {
  /** Of the numerator, over the common denominator. */
  readonly top: number
  /** What it is divided by: each divisor once, with its own degree and power. */
  readonly bottom: ReadonlyMap<object, { readonly degree: number; readonly power: number }>
  /** How many terms it has: as an exponent of e, so many factors. */
  readonly terms: number
  /** A number that is known. */
  readonly value?: number
  /** Of a logarithm: what e to its power is. Such a number is a random function only where it is no exponent. */
  readonly exponential?: Degree
  /** How many values of pseudo-random functions it may hold. */
  readonly randoms?: number
}

export interface DegreeCount extends Domain<Degree> {
  /** How many values of pseudo-random functions, and how many roots, have been taken. */
  readonly randomCalls: () => number
  /** The largest degree of what such a function was taken of. */
  readonly argumentDegree: () => number
  readonly roots: () => number
}

const nothing: Degree['bottom'] = new Map()

/** Of an exponent whose exponential is bounded by a factor for each term. */
const mostTerms = 1024

/**
 * A domain that bounds degrees instead of computing: sums bring to a common denominator, products add, e^x counts a
 * factor for each term of x (a state in an exponent has too many: then it is a new unknown), and a value of another
 * function is a new unknown.
 */
export const degreeCount = (): DegreeCount => {
  let randomCalls = 0
  let argumentDegree = 0
  let roots = 0
  const known = (value: number): Degree => ({ top: 0, bottom: nothing, terms: 1, value })
  const unknown = (): Degree => ({ top: 1, bottom: nothing, terms: 1 })
  const weight = (bottom: Degree['bottom']): number =>
    [...bottom.values()].reduce((sum, { degree, power }) => sum + degree * power, 0)

  const merge = (a: Degree['bottom'], b: Degree['bottom'], power: (x: number, y: number) => number) => {
    if (a.size === 0) return b
    if (b.size === 0) return a
    const all = new Map(a)
    for (const [divisor, { degree, power: y }] of b)
      all.set(divisor, { degree, power: power(all.get(divisor)?.power ?? 0, y) })
    return all
  }
  const add = (a: Degree, b: Degree): Degree => {
    if (a.value === 0) return b
    if (b.value === 0) return a
    const value = a.value !== undefined && b.value !== undefined ? a.value + b.value : undefined
    if (value !== undefined) return known(value)
    const bottom = merge(a.bottom, b.bottom, Math.max)
    const common = weight(bottom)
    const exponential = a.exponential || b.exponential ? multiply(exp(a), exp(b)) : undefined
    return {
      exponential,
      randoms: randomsOf(a, b),
      top: Math.max(a.top + common - weight(a.bottom), b.top + common - weight(b.bottom)),
      bottom,
      terms: a.terms + b.terms,
    }
  }
  const multiply = (a: Degree, b: Degree): Degree => {
    if (a.value === 0 || b.value === 0) return known(0)
    if (a.value !== undefined && b.value !== undefined) return known(a.value * b.value)
    if (a.exponential && b.value !== undefined) return many(a, b.value)
    if (b.exponential && a.value !== undefined) return many(b, a.value)
    const [x, y] = [outside(a), outside(b)]
    return {
      randoms: randomsOf(x, y),
      top: x.top + y.top,
      bottom: merge(a.bottom, b.bottom, (x, y) => x + y),
      terms: a.terms * b.terms,
    }
  }
  /** n logarithms: of a power; of a part of one, which is a root. */
  const many = (log: Degree, n: number): Degree => {
    const { exponential } = log
    const power = n < 0 ? invert(exponential!) : exponential!
    const whole = Number.isInteger(n) ? { ...power, top: power.top * Math.max(1, Math.abs(n)) } : root(power)
    return { ...log, exponential: whole }
  }
  /** A logarithm that is used as a number. */
  const outside = (a: Degree): Degree => (a.exponential ? random(a.exponential) : a)
  const invert = (a: Degree): Degree => {
    if (a.value !== undefined) return known(1 / a.value)
    const { randoms, top, bottom } = outside(a)
    return { randoms, top: weight(bottom), bottom: new Map([[a, { degree: top, power: 1 }]]), terms: 1 }
  }
  const negate = (a: Degree): Degree => {
    if (a.value !== undefined) return known(-a.value)
    return a.exponential ? { ...a, exponential: invert(a.exponential) } : a
  }
  const exp = (a: Degree): Degree => {
    if (a.exponential) return a.exponential
    // An exponent with very many terms is better told by where two of its kind fall together.
    if (a.terms > mostTerms) return random(a)
    return { randoms: a.randoms, top: Math.max(1, a.terms), bottom: nothing, terms: 1 }
  }
  const log = (a: Degree): Degree => ({ ...unknown(), randoms: a.randoms, exponential: a })
  const softplus = (a: Degree): Degree => log(add(known(1), exp(a)))
  const random = (of: Degree): Degree => {
    randomCalls++
    argumentDegree = Math.max(argumentDegree, total(of))
    return { ...unknown(), randoms: Math.min((of.randoms ?? 0) + 1, randomCalls) }
  }
  const randomsOf = (a: Degree, b: Degree): number =>
    Math.min((a.randoms ?? 0) + (b.randoms ?? 0), randomCalls)
  const root = (a: Degree): Degree => {
    roots++
    return { randoms: a.randoms, top: Math.ceil((a.top + weight(a.bottom)) / 2), bottom: nothing, terms: 1 }
  }
  const sigmoid = (a: Degree): Degree => invert(add(known(1), exp(a)))

  return {
    name: 'degree',
    zero: known(0),
    one: known(1),
    constant: (x) => known(toNumber(x)),
    infinity: (sign) => known(sign * Infinity),
    add,
    subtract: (a, b) => add(a, negate(b)),
    multiply,
    divide: (a, b) => multiply(a, invert(b)),
    negate,
    call: (fn, [a, b]) => {
      switch (fn) {
        case 'exp':
        case 'elu':
          return exp(a)
        case 'expm1':
          return add(exp(a), known(-1))
        case 'log':
          return log(a)
        case 'softplus':
          return softplus(a)
        case 'logsigmoid':
          return negate(softplus(negate(a)))
        case 'sqrt':
          return root(a)
        case 'pow':
          return b.value !== undefined && Number.isInteger(b.value)
            ? {
                randoms: a.randoms,
                top: (a.top + weight(a.bottom)) * Math.abs(b.value),
                bottom: nothing,
                terms: 1,
              }
            : root(a)
        case 'abs':
        case 'relu':
          return a
        case 'max':
        case 'min':
          return add(a, b)
        case 'sign':
          return known(1)
        case 'sigmoid':
        case 'tanh':
          return sigmoid(a)
        case 'silu':
          return multiply(a, sigmoid(a))
        case 'sin':
        case 'cos':
        case 'gelu':
        case 'floor':
          return random(a)
        default:
          return fn satisfies never
      }
    },
    less: (a, b) => a.value !== undefined && b.value !== undefined && a.value < b.value,
    equal: (a, b) => a.value !== undefined && a.value === b.value,
    index: (a) => a.value,
    fromIndex: known,
    randomCalls: () => randomCalls,
    argumentDegree: () => argumentDegree,
    roots: () => roots,
  }
}

/** The degree of a whole number: numerator and denominator. */
export const total = ({ top, bottom }: Degree): number =>
  top + [...bottom.values()].reduce((sum, { degree, power }) => sum + degree * power, 0)
