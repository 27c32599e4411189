/** Random numbers in [0, 1) that are the same on every run (mulberry32). */
export const randomNumbers = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A direction in n dimensions, all alike: n normal numbers (Box and Muller), scaled to length 1. */
export const randomUnitVector = (n: number, random: () => number): Float32Array => {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const vector = Array.from({ length: n }, normal)
  const length = Math.hypot(...vector)
  return Float32Array.from(vector, (x) => x / length)
}
