import { toNumber, type Rational } from '../../rational.ts'

const largest = 3.4028234663852886e38

/** The `f32` nearest to a number, in the fewest digits that say it; what is too large becomes the largest. */
export const realLiteral = (value: Rational): string => floatLiteral(toNumber(value))

/**
 * WGSL has no way to write an infinity, and shaders may be compiled as if there were none: the largest finite number
 * stands for it. It serves as the start of a maximum, and `exp` of its negative is 0.
 */
export const infinityLiteral = (sign: 1 | -1): string => floatLiteral(sign * largest)

const floatLiteral = (value: number): string => {
  const single = Math.fround(Math.max(-largest, Math.min(largest, value)))
  let digits = 1
  let nearest = Number(single.toPrecision(digits))
  // A literal may not exceed the largest number, even where it would round to it.
  while (Math.fround(nearest) !== single || Math.abs(nearest) > largest)
    nearest = Number(single.toPrecision(++digits))
  const text = String(nearest)
  const literal = /[.e]/.test(text) ? `${text}f` : `${text}.0f`
  return single < 0 || Object.is(single, -0) ? `(${literal})` : literal
}
