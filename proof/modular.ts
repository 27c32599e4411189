/**
 * Arithmetic modulo a prime below 2³⁰. The quotient of a product is guessed in doubles (off by one at most), the
 * remainder comes exactly from the low 32 bits: no BigInt.
 */
export interface Modular {
  readonly p: number
  readonly add: (a: number, b: number) => number
  readonly subtract: (a: number, b: number) => number
  readonly multiply: (a: number, b: number) => number
  readonly power: (a: number, exponent: number) => number
  /** Of a number that is not zero. */
  readonly invert: (a: number) => number
  /** 1 for a square, −1 for the negative of one, 0 for 0 (Legendre; p ≡ 3 modulo 4). */
  readonly sign: (a: number) => number
  readonly fromBigInt: (a: bigint) => number
}

export const modular = (p: number): Modular => {
  const inverse = 1 / p
  const multiply = (a: number, b: number): number => {
    const r = (Math.imul(a, b) - Math.imul(Math.floor(a * b * inverse), p)) | 0
    return r < 0 ? r + p : r >= p ? r - p : r
  }
  const power = (a: number, exponent: number): number => {
    let result = 1
    for (let square = a, e = exponent; e > 0; e = Math.floor(e / 2)) {
      if (e % 2 === 1) result = multiply(result, square)
      square = multiply(square, square)
    }
    return result
  }
  return {
    p,
    add: (a, b) => (a + b >= p ? a + b - p : a + b),
    subtract: (a, b) => (a < b ? a - b + p : a - b),
    multiply,
    power,
    invert: (a) => {
      let [r, next] = [p, a]
      let [x, y] = [0, 1]
      while (next > 0) {
        const quotient = Math.floor(r / next)
        ;[r, next] = [next, r - quotient * next]
        ;[x, y] = [y, x - quotient * y]
      }
      return x < 0 ? x + p : x
    },
    sign: (a) => (a === 0 ? 0 : jacobi(a, p)),
    fromBigInt: (a) => Number(((a % BigInt(p)) + BigInt(p)) % BigInt(p)),
  }
}

/** The Jacobi symbol, by reciprocity. */
const jacobi = (top: number, bottom: number): number => {
  let [a, n] = [top, bottom]
  let sign = 1
  while (a > 0) {
    while (a % 2 === 0) {
      a /= 2
      if (n % 8 === 3 || n % 8 === 5) sign = -sign
    }
    ;[a, n] = [n, a]
    if (a % 4 === 3 && n % 4 === 3) sign = -sign
    a %= n
  }
  return sign
}

/**
 * Logarithms to a base of known order: baby steps kept in a table, giant steps walked (Shanks 1971). Some thousands
 * of multiplications each.
 */
export const discreteLogarithm = (field: Modular, base: number, order: number): ((a: number) => number) => {
  const baby = 1 << 16
  let table: Map<number, number> | undefined
  const giant = field.invert(field.power(base, baby))
  return (a) => {
    if (!table) {
      table = new Map()
      for (let i = 0, x = 1; i < baby; i++, x = field.multiply(x, base)) table.set(x, i)
    }
    for (let i = 0, x = a; i * baby <= order; i++, x = field.multiply(x, giant)) {
      const step = table.get(x)
      if (step !== undefined) return i * baby + step
    }
    throw new Error(`${a} is no power of ${base}`)
  }
}
