import { randomNumbers, randomUnitVector } from '../shared/random.ts'
import type { Pair } from './text.ts'

/** What one sequence stores, and what it is asked afterwards. */
export interface Passage {
  /** Pairs of an earlier chapter, stored first. */
  readonly before: readonly Pair[]
  /** The pairs that are asked for. */
  readonly pairs: readonly Pair[]
}

/** A word and the word that should come back. */
export interface Question {
  readonly word: string
  readonly answer: string
}

/** Each word of the pairs once, with its last successor: the one that a memory should hold. */
export const questionsOf = ({ pairs }: Passage): readonly Question[] =>
  [...new Map(pairs)].map(([word, answer]) => ({ word, answer }))

/** Words of the earlier chapter that the passage never mentions: what they were followed by is out of date. */
export const staleQuestionsOf = ({ before, pairs }: Passage): readonly Question[] => {
  const current = new Set(pairs.map(([word]) => word))
  return [...new Map(before)]
    .filter(([word]) => !current.has(word))
    .map(([word, answer]) => ({ word, answer }))
}

/** A random unit vector for each word, the same one every time it comes up. */
export const embedding = (size: number, seed: number): ((word: string) => Float32Array) => {
  const vectors = new Map<string, Float32Array>()
  const random = randomNumbers(seed)
  return (word) => {
    const known = vectors.get(word)
    if (known) return known
    const vector = randomUnitVector(size, random)
    vectors.set(word, vector)
    return vector
  }
}

interface Values {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export interface Stream {
  /** Tensors by name; a layer takes those that it has. */
  readonly tensors: Readonly<Record<'q' | 'k' | 'v' | 'beta' | 'log_alpha', Values>>
  /** T */
  readonly tokens: number
  /** For each passage the token at which its first question is asked, the up-to-date ones before the stale ones. */
  readonly firstQuestion: number
}

/** What a gate that wipes the state writes: e^−30 is 1e-13. */
const wiped = -30

/**
 * The passages as a batch of token streams: pairs of the earlier chapter, pairs, questions. A pair writes the
 * value of its second word at the key of its first, with write strength 1; a question reads at its key and writes
 * nothing. Where the chapter begins, the gate lets go of all that came before it.
 */
export const streamOf = (
  passages: readonly Passage[],
  size: number,
  key: (word: string) => Float32Array,
  value: (word: string) => Float32Array,
): Stream => {
  const asked = passages.map((passage) => [...questionsOf(passage), ...staleQuestionsOf(passage)])
  const firstQuestion = Math.max(...passages.map(({ before, pairs }) => before.length + pairs.length))
  const tokens = firstQuestion + Math.max(...asked.map((questions) => questions.length))
  const values = (...shape: number[]): Values => {
    const full = [passages.length, tokens, 1, ...shape]
    return { shape: full, data: new Float32Array(full.reduce((a, b) => a * b)) }
  }
  const tensors = { q: values(size), k: values(size), v: values(size), beta: values(), log_alpha: values() }
  passages.forEach(({ before, pairs }, b) => {
    const stored = [...before, ...pairs]
    stored.forEach(([word, next], i) => {
      const at = b * tokens + firstQuestion - stored.length + i
      tensors.k.data.set(key(word), at * size)
      tensors.v.data.set(value(next), at * size)
      tensors.beta.data[at] = 1
      if (i === before.length) tensors.log_alpha.data[at] = wiped
    })
    asked[b].forEach(({ word }, i) => {
      tensors.q.data.set(key(word), (b * tokens + firstQuestion + i) * size)
    })
  })
  return { tensors, tokens, firstQuestion }
}

export interface Recalled {
  /** The fraction of questions whose nearest value is the answer. */
  readonly accuracy: number
  /** The fraction of stale questions that still bring back the old successor. */
  readonly stale: number
}

/** Judge what was read: the answer is the word, of all second words of the passage, whose value is nearest. */
export const judge = (
  passages: readonly Passage[],
  stream: Stream,
  size: number,
  value: (word: string) => Float32Array,
  read: ArrayLike<number>,
): Recalled => {
  const hits = { current: 0, stale: 0 }
  const asked = { current: 0, stale: 0 }
  passages.forEach((passage, b) => {
    const current = questionsOf(passage)
    const words = [...new Set([...passage.before, ...passage.pairs].map(([, next]) => next))]
    const inPassage = new Set(passage.pairs.map(([, next]) => next))
    const candidates = words.map((word) => ({ word, vector: value(word), current: inPassage.has(word) }))
    ;[...current, ...staleQuestionsOf(passage)].forEach(({ answer }, i) => {
      const kind = i < current.length ? 'current' : 'stale'
      const at = (b * stream.tokens + stream.firstQuestion + i) * size
      let nearest = ''
      let best = -Infinity
      for (const candidate of candidates) {
        if (kind === 'current' && !candidate.current) continue
        let product = 0
        for (let d = 0; d < size; d++) product += read[at + d] * candidate.vector[d]
        if (product > best) [nearest, best] = [candidate.word, product]
      }
      asked[kind]++
      if (nearest === answer) hits[kind]++
    })
  })
  return { accuracy: hits.current / asked.current, stale: asked.stale ? hits.stale / asked.stale : 0 }
}
