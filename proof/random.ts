/** A stream of pseudo-random 32-bit numbers (splitmix32), the same for the same seed. */
export const randomStream = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    return mix(state) >>> 0
  }
}

/** Finalising mix of 32 bits: every bit of the input moves every bit of the result (Wellons 2018). */
const mix = (x: number): number => {
  x ^= x >>> 16
  x = Math.imul(x, 0x21f0aaad)
  x ^= x >>> 15
  x = Math.imul(x, 0x735a2d97)
  return x ^ (x >>> 15)
}

/** A pseudo-random function of some 32-bit numbers: 53 bits, as a double. */
export const hash = (...parts: readonly number[]): number => {
  let a = 0x243f6a88
  let b = 0x85a308d3
  for (const part of parts) {
    a = mix((a ^ part) + 0x9e3779b9)
    b = mix((b + Math.imul(part, 0x01000193)) ^ a)
  }
  return (mix(a ^ (b << 7)) >>> 0) * 0x200000 + (mix(b) >>> 11)
}
