/** An exact number: `numerator / denominator`, in lowest terms, denominator > 0. */
export interface Rational {
  readonly numerator: bigint
  readonly denominator: bigint
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b))

export const rational = (numerator: bigint | number, denominator: bigint | number = 1n): Rational => {
  const n = BigInt(numerator)
  const d = BigInt(denominator)
  const g = gcd(n, d) * (d < 0n ? -1n : 1n)
  return { numerator: n / g, denominator: d / g }
}

export const zero = rational(0)
export const one = rational(1)

/** What a decimal literal says, exactly: `1e-5`, `0.25`, `1_000`. */
export const parseRational = (text: string): Rational => {
  const [mantissa, exponent = '0'] = text.replaceAll('_', '').toLowerCase().split('e')
  const [whole, fraction = ''] = mantissa.split('.')
  const scale = Number(exponent) - fraction.length
  const digits = BigInt(whole + fraction)
  return scale >= 0 ? rational(digits * 10n ** BigInt(scale)) : rational(digits, 10n ** BigInt(-scale))
}

export const add = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
export const multiply = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.numerator, a.denominator * b.denominator)
export const negate = (a: Rational): Rational => ({ numerator: -a.numerator, denominator: a.denominator })
export const invert = (a: Rational): Rational => rational(a.denominator, a.numerator)
export const equals = (a: Rational, b: Rational): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator
export const isZero = (a: Rational): boolean => a.numerator === 0n
export const isOne = (a: Rational): boolean => a.numerator === 1n && a.denominator === 1n

/** The nearest double. */
export const toNumber = (a: Rational): number => {
  const n = Number(a.numerator)
  const d = Number(a.denominator)
  if (Number.isSafeInteger(n) && Number.isSafeInteger(d)) return n / d
  // Scale so that the quotient has 64 significant bits: neither part need fit a double.
  const bits = (x: bigint): number => (x < 0n ? -x : x).toString(2).length
  const shift = 64 - (bits(a.numerator) - bits(a.denominator))
  const quotient =
    shift >= 0
      ? (a.numerator << BigInt(shift)) / a.denominator
      : a.numerator / (a.denominator << BigInt(-shift))
  // In two steps: 2^−shift alone may be too small for a double where the number is not.
  const half = Math.trunc(shift / 2)
  return Number(quotient) * 2 ** -half * 2 ** (half - shift)
}

export const print = (a: Rational): string =>
  a.denominator === 1n ? `${a.numerator}` : `${a.numerator}/${a.denominator}`
