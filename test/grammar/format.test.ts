import fc from 'fast-check'
import { expect, test } from 'vitest'
import { format } from '../../grammar/format.ts'
import { lex } from '../../grammar/lexer.ts'
import { parse } from '../../grammar/parse.ts'
import { fileText } from '../../grammar/print.ts'
import { files, withoutSpans } from '../support/trees.ts'

const formatted = (text: string): string => {
  const first = format({ name: 'a.mix', text })
  expect(first.diagnostics).toEqual([])
  expect(format({ name: 'a.mix', text: first.text }).text).toBe(first.text)
  return first.text
}

const layer = `// The gate is the paper's.
/// Gated DeltaNet.
/// paper: Yang (2024)
mixer gated_delta_net {
  dim K = 64, V = 64

  /// The query.
  input q, k: vec<K>
  input log_alpha: scalar in (-inf, 0] // always a decay
  // Left out: the norm.

  state S: mat<K, V>
  S[t] = (a * S[t-1]).T @ k + 1_000 * (b * c)

  // nothing follows
}
`

test('what is laid out already stays', () => {
  expect(formatted(layer)).toBe(layer)
  expect(formatted('')).toBe('')
  expect(formatted('// only this\n')).toBe('// only this\n')
})

test('white space is set', () => {
  const text =
    'mixer a{dim K=64,V=64 where K%4==0 input q,k:vec<K>   let x=k [ t - 1 ]\n\n\n\n  state S:mat<K,V>=S0}mixer b{}'
  expect(formatted(text)).toBe(`mixer a {
  dim K = 64, V = 64 where K % 4 == 0
  input q, k: vec<K>
  let x = k[t-1]

  state S: mat<K, V> = S0
}

mixer b {}
`)
})

test('a sum that is too long breaks before its operators', () => {
  const long = 'beta * (value_of_the_token - (alpha * S[t-1]).T @ key_of_the_token).T'
  expect(formatted(`mixer a {\n S[t] = exp(log_alpha) * S[t-1] + ${long} - ${long}\n}`)).toBe(`mixer a {
  S[t] = exp(log_alpha) * S[t-1]
    + ${long}
    - ${long}
}
`)
})

test('other spellings become the plain ones', () => {
  expect(formatted('mixer a { let x = −k·q ≥ ∞ }')).toBe('mixer a {\n  let x = -k * q >= inf\n}\n')
})

test('a statement with a comment in its midst keeps its line breaks', () => {
  expect(formatted('mixer a {\n     S[t] = a*b   // decay\n         + c // write\n\n let x = y\n}'))
    .toBe(`mixer a {
  S[t] = a*b   // decay
      + c // write

  let x = y
}
`)
})

test('line ends and the byte-order mark are kept', () => {
  expect(formatted('\ufeffmixer a {\r\ndim K\r\n}\r\n')).toBe('\ufeffmixer a {\r\n  dim K\r\n}\r\n')
})

test('a text that does not parse is left alone', () => {
  const text = 'mixer   a { let x = }'
  const { text: after, diagnostics } = format({ name: 'a.mix', text })
  expect(after).toBe(text)
  expect(diagnostics).toHaveLength(1)
})

test('parse ∘ format = id, and format ∘ format = format', () => {
  fc.assert(
    fc.property(files, (file) => {
      const text = fileText(file).replaceAll(' ', '  ')
      const { file: parsed } = parse({ name: 'f', text: formatted(text) })
      expect(withoutSpans(parsed)).toEqual(withoutSpans(parse({ name: 'f', text }).file))
    }),
    { numRuns: 60 },
  )
})

test('comments anywhere are kept, in order', () => {
  const insertions = fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      text: fc.constantFrom('// one', '//two', '/// doc'),
      before: fc.constantFrom('', '\n', '\n\n', ' '),
    }),
    { minLength: 1, maxLength: 4 },
  )
  fc.assert(
    fc.property(files, insertions, (file, comments) => {
      const plain = fileText(file)
      const { tokens } = lex(plain)
      const gaps = [0, ...tokens.map((token) => token.endOffset! + 1)]
      const placed = comments
        .map(({ at, text, before }) => ({
          at: gaps[Math.min(gaps.length - 1, Math.floor(at * gaps.length))],
          text: `${before}${text}\n`,
        }))
        .sort((a, b) => b.at - a.at)
      const text = placed.reduce(
        (before, { at, text: comment }) => before.slice(0, at) + comment + before.slice(at),
        plain,
      )
      const after = formatted(text)
      expect(lex(after).comments.map((comment) => comment.image)).toEqual(
        lex(text).comments.map((comment) => comment.image.trimEnd()),
      )
      expect(withoutSpans(parse({ name: 'f', text: after }).file)).toEqual(
        withoutSpans(parse({ name: 'f', text }).file),
      )
    }),
    { numRuns: 100 },
  )
})
