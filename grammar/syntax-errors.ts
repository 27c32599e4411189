import {
  EOF,
  type IParserErrorMessageProvider,
  type IRecognitionException,
  type IToken,
  type TokenType,
} from 'chevrotain'
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Source, Span } from '../diagnostics/source.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { LetIn, types, UpdateName } from './lexer.ts'
import type { Misspelling } from './statements.ts'
import { itemWords, memberWords, reservedWords, tokens as table, type TokenName } from './tokens.ts'

const quoted = (spelling: string): string => `\`${spelling}\``

/** What a token type is called in a message. */
const nameOf = (type: TokenType): string => {
  if (type === EOF) return 'the end of the file'
  if (type === UpdateName) return table.Identifier.spelling
  if (type === LetIn) return quoted(table.Let.spelling)
  const row = table[type.name as TokenName]
  return row.sort === 'text' ? row.spelling : quoted(row.spelling)
}

/** What the rules want where none of their alternatives fits, in the words of the language. */
const wanted: Readonly<Record<string, string>> = {
  file: '`use`, `fn` or `mixer`',
  mixer: 'a declaration, an update or `}`',
  member: 'a declaration or an update',
  forBlock: 'a declaration, an update or `}`',
  use: 'a path in quotes or the name of a library',
  clause: '`in`, `over`, `where` or `=`',
  range: '`[` or `(`',
  type: '`scalar`, `vec` or `mat`',
  update: '`[t]`',
  operand: 'an expression',
  call: 'an expression',
  postfix: '`T`',
  names: 'a name',
}

/** Chevrotain asks for messages; it gets what was expected, in words, and `syntaxError` makes the sentence. */
export const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, ruleName }) =>
    expected === types.RightCurly && (ruleName === 'mixer' || ruleName === 'forBlock')
      ? wanted[ruleName]
      : expected === EOF && ruleName === 'file'
        ? wanted.file
        : nameOf(expected),
  buildNotAllInputParsedMessage: ({ ruleName }) => wanted[ruleName] ?? nameOf(EOF),
  buildNoViableAltMessage: ({ ruleName }) => wanted[ruleName] ?? 'something else',
  buildEarlyExitMessage: ({ ruleName }) => wanted[ruleName] ?? 'something else',
}

const shown = (token: IToken): string => {
  if (token.tokenType === EOF) return nameOf(EOF)
  const image = [...token.image]
  return quoted(image.length > 30 ? `${image.slice(0, 30).join('')}…` : token.image)
}

const onOneLine = (text: string, from: number, to: number): boolean => !/[\r\n]/.test(text.slice(from, to))

/** After the last thing that was understood, where what was found stands on a line below or nowhere. */
const placeOf = (within: Span, token: IToken, previous: IToken | undefined): Span => {
  const { source } = within
  const after =
    previous?.endOffset === undefined || Number.isNaN(previous.endOffset)
      ? within.start
      : previous.endOffset + 1
  const atEnd = token.tokenType === EOF || Number.isNaN(token.startOffset)
  return atEnd || (after > within.start && !onOneLine(source.text, after, token.startOffset))
    ? { source, start: after, end: after }
    : { source, start: token.startOffset, end: token.endOffset! + 1 }
}

const bothSides = 'a number has digits on both sides of its point: 0.5, 1.0'

const helpFor = (
  expected: string,
  token: IToken,
  previous: IToken | undefined,
  span: Span,
): string | undefined => {
  if (expected === nameOf(types.Identifier) && reservedWords.includes(token.image))
    return `${quoted(token.image)} is a word of the language and cannot be a name`
  const { text } = span.source
  if (token.tokenType === types.Dot && /\d/.test(text.charAt(token.startOffset + 1))) return bothSides
  if (previous?.tokenType === types.Dot && /\d/.test(text.charAt(previous.startOffset - 1))) return bothSides
  if (token.tokenType === types.Assign && expected === wanted.update)
    return 'an update names its time: S[t] = …; a name for a value is made by `let`'
  if (token.tokenType === types.Times && previous?.tokenType === types.Times) return 'a power is written ^'
  if (expected === wanted.file && (memberWords as readonly string[]).includes(token.image))
    return 'this stands within `mixer NAME { … }`'
  if (token.tokenType === types.If) return 'a choice is written where(condition, a, b)'
  if (expected === wanted.mixer && span.end > span.start && startsOperand.has(token.tokenType))
    return `an operator is missing before ${shown(token)}`
  return undefined
}

const startsOperand = new Set([
  types.Identifier,
  types.Number,
  types.Identity,
  types.Now,
  types.Infinity,
  types.LeftParen,
])

const wordsFor: Readonly<Record<string, readonly string[]>> = {
  [wanted.file]: itemWords,
  [wanted.mixer]: memberWords,
  [wanted.member]: memberWords,
  [wanted.type]: ['scalar', 'vec', 'mat', 'complex'],
  [wanted.clause]: ['in', 'over', 'where'],
}

/** The sentence for one complaint of the parser. */
export const syntaxError = (within: Span, error: IRecognitionException): Diagnostic => {
  const { token } = error
  const previous = (error as { previousToken?: IToken }).previousToken
  const expected = error.message
  const span = placeOf(within, token, previous)
  const meant = suggest(token.image, wordsFor[expected] ?? [])
  const fits = meant !== undefined && span.end > span.start
  return diagnostic('unexpected-text', { expected, found: shown(token) }, span, {
    help: fits ? `did you mean ${quoted(meant)}?` : helpFor(expected, token, previous, span),
    fix: fits ? { title: `write ${meant}`, edits: [{ span, text: meant }] } : undefined,
  })
}

/** A word that the parser went on with as if it were spelled right. */
export const misspelling = (source: Source, { token, meant }: Misspelling): Diagnostic => {
  const span = { source, start: token.startOffset, end: token.endOffset! + 1 }
  return diagnostic('unexpected-text', { expected: quoted(meant), found: shown(token) }, span, {
    help: `did you mean ${quoted(meant)}?`,
    fix: { title: `write ${meant}`, edits: [{ span, text: meant }] },
  })
}
