import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse, parseBindings, parseExpression } from '../../grammar/parse.ts'
import { tokens } from '../../grammar/tokens.ts'

const errors = (text: string) => parse({ name: 'a.mix', text }).diagnostics

test('an empty file is a file', () => {
  expect(parse({ name: 'a.mix', text: '' })).toMatchObject({ file: { items: [] }, diagnostics: [] })
})

const library = new URL('../../stdlib/', import.meta.url)
test.each(readdirSync(library).filter((name) => name.endsWith('.mix')))('%s parses', (name) => {
  expect(parse({ name, text: readFileSync(new URL(name, library), 'utf8') }).diagnostics).toEqual([])
})

test('line ends and a byte-order mark change nothing but places', () => {
  const text = 'mixer a {\n  // c\n  let x = \n}\n'
  const [plain] = errors(text)
  const [marked] = errors(`\ufeff${text.replaceAll('\n', '\r\n')}`)
  expect(marked.message).toBe(plain.message)
  expect(marked.span!.start).toBe(plain.span!.start + 1 + 2)
})

test('a line that begins with a sign or a bracket goes on with the line above', () => {
  const { file } = parse({
    name: 'a',
    text: 'mixer a {\n let x = k\n - b\n let y = f\n (a)\n S[t] = y\n [0]\n}',
  })
  const [mixer] = file.items
  expect(mixer.kind === 'mixer' && mixer.members.map((m) => 'value' in m && m.value.kind)).toEqual([
    'binary',
    'call',
    'index',
  ])
})

test.each([
  ['bytes', '\u0000\u0001ELF'],
  ['what was not UTF-8', '\ufffd\ufffd\ufffdab'],
])('%s are not text', (_, text) => {
  expect(errors(text).map((d) => d.code)).toEqual(['not-text'])
})

test('one odd character in a comment is not a binary file', () => {
  expect(errors(`// caf\ufffd${' '.repeat(100)}\nmixer a {}`)).toEqual([])
})

test('lone surrogates are characters that mean nothing', () => {
  expect(errors('mixer a { let x = \ud800 }').map((d) => d.message)).toEqual([
    'the character U+D800 means nothing here',
  ])
})

test('depth is refused in words', () => {
  expect(errors(`mixer a { let x = ${'('.repeat(20_000)} }`).map((d) => d.code)).toEqual(['nested-too-deep'])
})

test('a very long line is read, and its mistakes are counted up to a point', () => {
  expect(errors(`mixer a { ${'let x = y '.repeat(5_000)} }`)).toEqual([])
  expect(errors('for '.repeat(100_000)).length).toBeLessThanOrEqual(100)
  expect(errors(`mixer a { ${'let = '.repeat(50)} `).length).toBeGreaterThan(0)
})

test('bindings are names with expressions', () => {
  const { bindings, diagnostics } = parseBindings({ name: '--where', text: 'g = log(gamma), beta = 2 * b' })
  expect(diagnostics).toEqual([])
  expect(bindings.map(({ name, value }) => [name.text, value.kind])).toEqual([
    ['g', 'call'],
    ['beta', 'binary'],
  ])
  expect(parseBindings({ name: '--where', text: '' })).toEqual({ bindings: [], diagnostics: [] })
  expect(parseBindings({ name: '--where', text: 'g log(gamma)' }).diagnostics).toHaveLength(1)
  expect(parseBindings({ name: '--where', text: 'g = 1 h = 2' }).diagnostics).toHaveLength(1)
})

test('a stretch of a source is read at its place', () => {
  const source = { name: 'a', text: 'xx a + b yy' }
  const { expr } = parseExpression(source, { source, start: 3, end: 8 })
  expect(expr.span).toMatchObject({ start: 3, end: 8 })
  expect(parseExpression(source, { source, start: 3, end: 6 }).diagnostics[0].span).toMatchObject({
    start: 6,
    end: 6,
  })
})

test('parsing never throws, and what it complains of lies in the text', () => {
  const spelling = fc.constantFrom(
    ...Object.values(tokens).map((token) => token.spelling),
    'S', 'k', '1', '\n', '"a"', 'mixr', '#',
  ) // prettier-ignore
  fc.assert(
    fc.property(fc.array(spelling, { maxLength: 40 }), fc.boolean(), (words, within) => {
      const text = `${within ? 'mixer a { ' : ''}${words.join(' ')}`
      const { diagnostics } = parse({ name: 'a', text })
      for (const { span } of diagnostics) {
        expect(span!.start).toBeGreaterThanOrEqual(0)
        expect(span!.end).toBeGreaterThanOrEqual(span!.start)
        expect(span!.end).toBeLessThanOrEqual(text.length)
      }
    }),
    { numRuns: 300 },
  )
})

test('a token left out, doubled or replaced makes few complaints', () => {
  const text = readFileSync(new URL('gated_delta_net.mix', library), 'utf8').replace(/\/\/.*/g, '')
  const words = text.split(/(\s+)/)
  fc.assert(
    fc.property(fc.nat(words.length - 1), fc.constantFrom('', '@', 'k', '(', '}', 'let'), (at, instead) => {
      const broken = [...words.slice(0, at), instead, ...words.slice(at + 1)].join('')
      expect(errors(broken).length).toBeLessThanOrEqual(2)
    }),
    { numRuns: 300 },
  )
})
