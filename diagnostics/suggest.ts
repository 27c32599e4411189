/** How many insertions, deletions, replacements and swaps of neighbours turn one word into another. */
export const editDistance = (a: string, b: string): number => {
  const left = [...a]
  const right = [...b]
  let before: number[] = []
  let row = Array.from({ length: right.length + 1 }, (_, j) => j)
  left.forEach((letter, i) => {
    const next = [i + 1]
    right.forEach((other, j) => {
      const swapped = i > 0 && j > 0 && letter === right[j - 1] && left[i - 1] === other
      next.push(
        Math.min(
          row[j + 1] + 1,
          next[j] + 1,
          row[j] + (letter === other ? 0 : 1),
          swapped ? before[j - 1] + 1 : Infinity,
        ),
      )
    })
    before = row
    row = next
  })
  return row[right.length]
}

/**
 * The candidate that was probably meant, if any is near: one slip in a short word, one in three letters of a
 * longer one. A difference of case alone is no distance.
 */
export const suggest = (word: string, candidates: Iterable<string>): string | undefined => {
  if (word.length > 64) return undefined
  const allowed = Math.max(1, Math.floor(word.length / 3))
  let best: string | undefined
  let least = allowed + 1
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) > allowed) continue
    const distance = candidate.toLowerCase() === word.toLowerCase() ? 0.5 : editDistance(word, candidate)
    // One letter says nothing about another.
    if (distance >= Math.max(word.length, candidate.length)) continue
    if (distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}
