import { expect, test } from 'vitest'
import {
  embedding,
  judge,
  questionsOf,
  staleQuestionsOf,
  streamOf,
  type Passage,
} from '../../../examples/associative-recall/stream.ts'

const passage: Passage = {
  before: [
    ['x', 'old'],
    ['a', 'old'],
  ],
  pairs: [
    ['a', 'b'],
    ['b', 'c'],
    ['a', 'd'],
  ],
}
const size = 16
const key = embedding(size, 1)
const value = embedding(size, 2)

test('each word is asked once, for its last successor', () => {
  expect(questionsOf(passage)).toEqual([
    { word: 'a', answer: 'd' },
    { word: 'b', answer: 'c' },
  ])
})

test('stale questions are about words that only came before', () => {
  expect(staleQuestionsOf(passage)).toEqual([{ word: 'x', answer: 'old' }])
})

test('a word keeps its vector, and vectors have length 1', () => {
  expect(key('whale')).toBe(key('whale'))
  expect(Math.hypot(...key('whale'))).toBeCloseTo(1, 6)
  expect(key('whale')).not.toEqual(value('whale'))
})

test('a stream writes pairs, wipes where the chapter begins, and only reads afterwards', () => {
  const short: Passage = { before: [], pairs: [['a', 'b']] }
  const { tensors, tokens, firstQuestion } = streamOf([passage, short], size, key, value)
  expect([tokens, firstQuestion]).toEqual([8, 5])
  expect([...tensors.beta.data]).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
  expect([...tensors.log_alpha.data].map((x, i) => (x < 0 ? i : -1)).filter((i) => i >= 0)).toEqual([2, 12])
  expect(tensors.k.data.slice(2 * size, 3 * size)).toEqual(key('a'))
  expect(tensors.q.data.slice(5 * size, 6 * size)).toEqual(key('a'))
  expect(tensors.k.data.slice(5 * size, 8 * size).every((x) => x === 0)).toBe(true)
})

test('a memory without fault is judged so, and one without memory is not', () => {
  const stream = streamOf([passage], size, key, value)
  const perfect = new Float32Array(stream.tokens * size)
  ;['d', 'c', 'old'].forEach((word, i) => perfect.set(value(word), (stream.firstQuestion + i) * size))
  expect(judge([passage], stream, size, value, perfect)).toEqual({ accuracy: 1, stale: 1 })
  const empty = new Float32Array(stream.tokens * size)
  expect(judge([passage], stream, size, value, empty).accuracy).toBeLessThan(1)
})
