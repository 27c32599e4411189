import type { ScalarFunction } from '../compiler/builtins.ts'
import type { Domain } from '../compiler/domain.ts'
import { rational, type Rational } from '../compiler/rational.ts'
import { discreteLogarithm, modular } from './modular.ts'
import { hash } from './random.ts'

/**
 * p = 2q + 1, q = 2r + 1, all prime. p ≡ 7 modulo 8, and every prime up to 31 is a square modulo p: small whole
 * numbers have the sign that they should.
 */
export const primes = [1073523359, 536761679, 268380839] as const

/**
 * A number as residues modulo p, q and r; −1 where a residue is not determined. The residue modulo q is what the
 * number is as an exponent, the one modulo r what it is in an exponent's exponent.
 */
export interface FieldValue {
  readonly p: number
  readonly q: number
  readonly r: number
  /** What exp has to multiply by, modulo p and modulo q: −1 for the logarithm of what is there the negative of a square. */
  readonly signs: readonly [p: -1 | 1, q: -1 | 1]
  /** ±1 for ±∞, whose residues mean nothing. */
  readonly infinite: -1 | 0 | 1
}

/** Why a choice of random inputs is no use: draw others. */
export class Accident extends Error {}

export interface Field extends Domain<FieldValue> {
  /** How often so far a root, or a part of a logarithm, was asked of what has no real one: of the negative of a square. */
  readonly accidents: () => number
  /** From three random residues; `sign` asks for a square or the negative of one. */
  readonly fromResidues: (p: number, q: number, r: number, sign?: -1 | 1) => FieldValue
}

/** What every value of these functions is a pseudo-random value for, as a function of the argument modulo p. */
export const uninterpreted: readonly ScalarFunction[] = ['sin', 'cos', 'gelu', 'floor']

/**
 * Numbers of the exact proof. Ring operations are those modulo p, q and r, and
 *
 *     exp(x) = γ^(x mod q) modulo p, δ^(x mod r) modulo q          so exp(a + b) = exp(a) · exp(b), twice over
 *     log(x) = log_γ |x| modulo q, log_δ |x| modulo r, and signs    so exp(log x) = x, and log of a product is a sum
 *     sign(x) = Legendre symbol modulo p, |x| = sign(x) · x, max(a, b) = a where sign(a − b) ≥ 0, else b
 *     √x = the root of |x| that is a square, x^y = exp(y log x)
 *     sigmoid, tanh, silu, softplus, logsigmoid, elu, expm1 through exp and log, as they are defined
 *     −∞ is one more number, with exp(−∞) = 0
 *
 * Two expressions that agree by these laws come out equal; others differ but with small probability. What is left
 * is a pseudo-random function of the argument: `uninterpreted`, a logarithm used outside an exponent, and exp where
 * the exponent itself is not determined (an exponential in an exponent in an exponent).
 */
export const field = (seed: number): Field => {
  const [P, Q, R] = primes.map(modular)
  // 4 = 2² is a square other than 1, so it generates the squares: their number is prime.
  const base = 4
  const logP = discreteLogarithm(P, base, primes[1])
  const logQ = discreteLogarithm(Q, base, primes[2])
  let accidents = 0

  const plain = [1, 1] as const
  const make = (p: number, q: number, r: number, signs: FieldValue['signs'] = plain): FieldValue => ({
    p,
    q,
    r,
    signs,
    infinite: 0,
  })
  const zero = make(0, 0, 0)
  const one = make(1, 1, 1)
  const infinities = {
    up: { ...make(0, 0, 0), infinite: 1 },
    down: { ...make(0, 0, 0), infinite: -1 },
  } as const
  const infinity = (sign: number): FieldValue => (sign > 0 ? infinities.up : infinities.down)
  const isZero = (a: FieldValue): boolean => a.p === 0 && a.q === 0 && a.r === 0 && a.infinite === 0

  const constant = ({ numerator, denominator }: Rational): FieldValue => {
    const residue = (M: typeof P): number =>
      M.multiply(M.fromBigInt(numerator), M.invert(M.fromBigInt(denominator)))
    return make(residue(P), residue(Q), residue(R))
  }
  const whole = (n: number): FieldValue => constant(rational(n))
  const two = whole(2)

  const add = (a: FieldValue, b: FieldValue): FieldValue => {
    if (a.infinite !== 0 || b.infinite !== 0) {
      if (a.infinite * b.infinite < 0) throw new Accident('∞ − ∞')
      return infinity(a.infinite + b.infinite)
    }
    return make(
      P.add(a.p, b.p),
      a.q < 0 || b.q < 0 ? -1 : Q.add(a.q, b.q),
      a.r < 0 || b.r < 0 ? -1 : R.add(a.r, b.r),
      [times(a.signs[0], b.signs[0]), times(a.signs[1], b.signs[1])],
    )
  }
  const negate = (a: FieldValue): FieldValue => {
    if (a.infinite !== 0) return infinity(-a.infinite)
    return make(
      P.subtract(0, a.p),
      a.q < 0 ? -1 : Q.subtract(0, a.q),
      a.r < 0 ? -1 : R.subtract(0, a.r),
      a.signs,
    )
  }
  const subtract = (a: FieldValue, b: FieldValue): FieldValue => add(a, negate(b))
  const multiply = (a: FieldValue, b: FieldValue): FieldValue => {
    if (a.infinite !== 0 || b.infinite !== 0) {
      if (isZero(a) || isZero(b)) throw new Accident('0 · ∞')
      return infinity(signOf(a) * signOf(b))
    }
    if (isZero(a) || isZero(b)) return zero
    return make(
      P.multiply(a.p, b.p),
      a.q < 0 || b.q < 0 ? -1 : Q.multiply(a.q, b.q),
      a.r < 0 || b.r < 0 ? -1 : R.multiply(a.r, b.r),
      isPlain(a) && isPlain(b) ? plain : isPlain(b) ? manyTimes(a, b) : manyTimes(b, a),
    )
  }
  const isPlain = (a: FieldValue): boolean => a.signs[0] > 0 && a.signs[1] > 0
  /** The signs of n · log: those of an odd number of factors, or of none; a part of one has no real root. */
  const manyTimes = (log: FieldValue, n: FieldValue): FieldValue['signs'] => {
    const number = isPlain(n) ? numberOf(n) : undefined
    if (!number || number.d % 2 === 0) {
      accidents++
      return plain
    }
    return number.n % 2 === 0 ? plain : log.signs
  }
  const invert = (a: FieldValue): FieldValue => {
    if (a.infinite !== 0) return zero
    if (a.p === 0) throw new Accident('division by zero')
    if (!isPlain(a)) accidents++
    return make(P.invert(a.p), a.q <= 0 ? -1 : Q.invert(a.q), a.r <= 0 ? -1 : R.invert(a.r))
  }
  const divide = (a: FieldValue, b: FieldValue): FieldValue => multiply(a, invert(b))

  const numberOf = (a: FieldValue): { readonly n: number; readonly d: number } | undefined =>
    a.infinite === 0 ? smallFraction(a) : undefined

  const signOf = (a: FieldValue): number => {
    if (a.infinite !== 0) return a.infinite
    const exact = numberOf(a)
    return exact ? Math.sign(exact.n) : P.sign(a.p)
  }
  const abs = (a: FieldValue): FieldValue => (signOf(a) < 0 ? negate(a) : a)

  const random = (fn: ScalarFunction, args: readonly FieldValue[]): FieldValue => {
    const name = [...fn].map((c) => c.charCodeAt(0))
    const known = args.flatMap((a) => [a.p, a.infinite])
    const residue = (p: number): number => hash(seed, p, ...name, ...known) % p
    return make(residue(primes[0]), residue(primes[1]), residue(primes[2]))
  }

  const exp = (a: FieldValue): FieldValue => {
    if (a.infinite !== 0) return a.infinite < 0 ? zero : a
    if (a.q < 0) return random('exp', [a])
    const [signP, signQ] = a.signs
    const signed = (M: typeof P, sign: number, x: number): number => (sign < 0 ? M.subtract(0, x) : x)
    return make(
      signed(P, signP, P.power(base, a.q)),
      a.r < 0 ? -1 : signed(Q, signQ, Q.power(base, a.r)),
      a.q === 0 && a.r === 0 && isPlain(a) ? 1 : -1,
    )
  }
  const log = (a: FieldValue): FieldValue => {
    if (a.infinite > 0) return a
    if (a.p === 0) return infinity(-1)
    if (a.p === 1 && (a.q === 1 || a.q < 0)) return zero
    const parts = [sizeOf(P, a.p), a.q <= 0 ? undefined : sizeOf(Q, a.q)] as const
    const [own, next] = parts
    return make(random('log', [make(own.size, 0, 0)]).p, logP(own.size), next ? logQ(next.size) : -1, [
      own.sign,
      next?.sign ?? 1,
    ])
  }
  const sizeOf = (M: typeof P, x: number): { readonly size: number; readonly sign: -1 | 1 } =>
    M.sign(x) < 0 ? { size: M.subtract(0, x), sign: -1 } : { size: x, sign: 1 }
  const sqrt = (a: FieldValue): FieldValue => {
    if (a.infinite !== 0) return a
    if (P.sign(a.p) < 0) accidents++
    const root = (M: typeof P, x: number): number => (x < 0 ? -1 : M.power(x, (M.p + 1) / 4))
    return make(root(P, a.p), root(Q, a.q), root(R, a.r))
  }
  const power = (a: FieldValue, n: number): FieldValue => {
    if (n < 0) return power(invert(a), -n)
    let result = one
    for (let i = 0; i < n; i++) result = multiply(result, a)
    return result
  }
  const pow = (a: FieldValue, b: FieldValue): FieldValue => {
    const exponent = numberOf(b)
    if (exponent && exponent.d === 1 && Math.abs(exponent.n) <= 64) return power(a, exponent.n)
    if (exponent && exponent.d === 2 && Math.abs(exponent.n) <= 64) return power(sqrt(a), exponent.n)
    return exp(multiply(b, log(a)))
  }
  const sigmoid = (a: FieldValue): FieldValue => invert(add(one, exp(negate(a))))
  const softplus = (a: FieldValue): FieldValue => log(add(one, exp(a)))
  const less = (a: FieldValue, b: FieldValue): boolean => {
    if (a.infinite !== 0 || b.infinite !== 0) return a.infinite < b.infinite
    const [x, y] = [numberOf(a), numberOf(b)]
    return x && y ? x.n * y.d < y.n * x.d : signOf(subtract(b, a)) > 0
  }
  const equal = (a: FieldValue, b: FieldValue): boolean => a.p === b.p && a.infinite === b.infinite
  const max = (a: FieldValue, b: FieldValue): FieldValue => (less(a, b) ? b : a)

  const functions: Readonly<Record<ScalarFunction, (a: FieldValue, b: FieldValue) => FieldValue>> = {
    exp,
    log,
    sqrt,
    abs,
    sign: (a) => whole(signOf(a)),
    sin: (a) => random('sin', [a]),
    cos: (a) => random('cos', [a]),
    tanh: (a) => subtract(multiply(two, sigmoid(multiply(two, a))), one),
    sigmoid,
    logsigmoid: (a) => negate(softplus(negate(a))),
    softplus,
    silu: (a) => multiply(a, sigmoid(a)),
    gelu: (a) => random('gelu', [a]),
    relu: (a) => max(a, zero),
    elu: (a) => (less(zero, a) ? a : subtract(exp(a), one)),
    floor: (a) => {
      const exact = numberOf(a)
      return exact ? whole(Math.floor(exact.n / exact.d)) : random('floor', [a])
    },
    pow,
    min: (a, b) => negate(max(negate(a), negate(b))),
    max,
    expm1: (a) => subtract(exp(a), one),
  }

  return {
    name: 'field',
    zero,
    one,
    constant,
    infinity,
    add,
    subtract,
    multiply,
    divide,
    negate,
    call: (fn, args) => functions[fn](args[0], args[1]),
    less,
    equal,
    index: (a) => {
      const exact = numberOf(a)
      return exact && exact.d === 1 ? exact.n : undefined
    },
    fromIndex: whole,
    accidents: () => accidents,
    fromResidues: (p, q, r, sign) => {
      const flip = sign !== undefined && P.sign(p % P.p) * sign < 0
      const value = make(p % P.p, q % Q.p, r % R.p)
      return flip ? negate(value) : value
    },
  }
}

const times = (a: -1 | 1, b: -1 | 1): -1 | 1 => (a === b ? 1 : -1)

/**
 * The fraction with small numerator and denominator that has these residues, if there is one: it is then the number
 * itself (a constant of the spec, a position, an index), but for a chance of about 2⁻⁵⁰.
 */
const smallFraction = (a: FieldValue): { readonly n: number; readonly d: number } | undefined => {
  const [p, q, r] = primes
  // Half of Euclid's algorithm (Wang 1981).
  let [high, low]: [number, number] = [p, a.p]
  let [x, y] = [0, 1]
  while (low > 1 << 14) {
    const quotient = Math.floor(high / low)
    ;[high, low] = [low, high - quotient * low]
    ;[x, y] = [y, x - quotient * y]
  }
  if (Math.abs(y) >= 1 << 14) return undefined
  const [n, d] = y < 0 ? [-low, -y] : [low, y]
  const fits = (residue: number, modulus: number): boolean =>
    residue >= 0 && ((n % modulus) + modulus) % modulus === (residue * d) % modulus
  return fits(a.q, q) && fits(a.r, r) ? { n, d } : undefined
}
