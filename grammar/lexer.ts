import { createToken, Lexer, type IToken, type TokenType } from 'chevrotain'
import { spellingsOf, tokensOf, type TokenName } from './tokens.ts'

/** Letters of any script; marks and digits follow. The `u` flag is why this is a function: chevrotain drops it. */
const identifier = /[\p{L}_][\p{L}\p{M}\p{Nd}_]*/uy

const matchIdentifier = (text: string, offset: number): RegExpExecArray | null => {
  identifier.lastIndex = offset
  return identifier.exec(text)
}

/** Every ASCII letter, and one code of each stretch of 255 that chevrotain sorts the others into. */
const identifierStarts = [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz',
  ...Array.from({ length: 128 }, (_, i) => i + 128),
  ...Array.from({ length: 257 }, (_, i) => Math.min(256 + i * 255, 0xffff)),
]

const base = (name: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, pattern: Lexer.NA, categories })

/** What may stand between two operands, and which of these may stand in a size. */
export const BinaryOperator = base('BinaryOperator')
export const SizeOperator = base('SizeOperator', [BinaryOperator])
export const PrefixOperator = base('PrefixOperator')
/** The number of this token in its sequence, or the last one's. */
export const Time = base('Time')
/** The name that an update begins with, and a `let` that stands in an expression: told apart in `statements.ts`. */
export const UpdateName = base('UpdateName')
export const LetIn = base('LetIn')

const Identifier = createToken({
  name: 'Identifier' satisfies TokenName,
  pattern: matchIdentifier,
  line_breaks: false,
  start_chars_hint: identifierStarts,
})

const categories: Partial<Record<TokenName, TokenType[]>> = {
  Or: [BinaryOperator],
  And: [BinaryOperator],
  Equal: [BinaryOperator],
  NotEqual: [BinaryOperator],
  LessEqual: [BinaryOperator],
  GreaterEqual: [BinaryOperator],
  Less: [BinaryOperator],
  Greater: [BinaryOperator],
  Plus: [SizeOperator],
  Minus: [SizeOperator, PrefixOperator],
  Times: [SizeOperator],
  Divide: [SizeOperator],
  Matmul: [SizeOperator],
  Modulo: [SizeOperator],
  Power: [SizeOperator],
  Not: [PrefixOperator],
  Now: [Time],
  End: [Time],
  Scalar: [Identifier],
  Vec: [Identifier],
  Mat: [Identifier],
  Transpose: [Identifier],
}

/** Whether what came before leaves `vec<` or `mat<` of a type open: then `>=` is its end and a `=`. */
const closesType = (before: readonly IToken[]): boolean => {
  let depth = 0
  for (let i = before.length - 1; i > 1 && i > before.length - 200; i--) {
    const type = before[i].tokenType
    if (type.name === 'RightParen' || type.name === 'RightSquare') depth++
    else if (type.name === 'LeftParen' || type.name === 'LeftSquare') depth--
    if (depth < 0) return false
    if (depth > 0) continue
    if (type.name === 'Less') {
      const [word, mark] = [before[i - 1].tokenType.name, before[i - 2].tokenType.name]
      return (word === 'Vec' || word === 'Mat') && (mark === 'Colon' || mark === 'Complex')
    }
    if (notInSize.has(type.name)) return false
  }
  return false
}

/** What ends the look back for the sake of speed; brackets hide all else. */
const notInSize = new Set(['Colon', 'Assign', 'LeftCurly', 'RightCurly', 'In', 'Greater', 'GreaterEqual'])

const greaterEqual = />=|≥/y

const matchGreaterEqual = (text: string, offset: number, before: IToken[]): RegExpExecArray | null => {
  greaterEqual.lastIndex = offset
  const match = greaterEqual.exec(text)
  return match !== null && match[0] === '>=' && closesType(before) ? null : match
}

const escaped = (spelling: string): string => spelling.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

const patternOf = (name: TokenName): RegExp => new RegExp(spellingsOf(name).map(escaped).join('|'))

const spelled = (name: TokenName): TokenType =>
  name === 'GreaterEqual'
    ? createToken({
        name,
        pattern: matchGreaterEqual,
        line_breaks: false,
        start_chars_hint: ['>', '≥'],
        categories: categories[name] ?? [],
      })
    : createToken({
        name,
        pattern: patternOf(name),
        categories: categories[name] ?? [],
        ...(/^[A-Za-z]/.test(spellingsOf(name)[0]) ? { longer_alt: Identifier } : {}),
      })

/** Longer spellings first, so that `..` is not two dots. */
const spelledTokens = [...tokensOf('reserved', 'word', 'operator', 'punctuation')].sort(
  (a, b) => spellingsOf(b)[0].length - spellingsOf(a)[0].length,
)

const text = {
  Identifier,
  Number: createToken({ name: 'Number', pattern: /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?/ }),
  String: createToken({ name: 'String', pattern: /"[^"\r\n]*"/ }),
  DocComment: createToken({ name: 'DocComment', pattern: /\/\/\/[^\r\n]*/, group: 'comments' }),
  Comment: createToken({ name: 'Comment', pattern: /\/\/[^\r\n]*/, group: 'comments' }),
}

/** The token types by name. */
export const types = {
  ...Object.fromEntries(spelledTokens.map((name) => [name, spelled(name)])),
  ...text,
} as Readonly<Record<TokenName, TokenType>>

const whiteSpace = createToken({
  name: 'WhiteSpace',
  pattern: /\s+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
})

/** All token types, in the order in which the lexer tries them. */
export const vocabulary: TokenType[] = [
  whiteSpace,
  text.DocComment,
  text.Comment,
  ...spelledTokens.map((name) => types[name]),
  text.Number,
  text.String,
  text.Identifier,
  BinaryOperator,
  SizeOperator,
  PrefixOperator,
  Time,
  UpdateName,
  LetIn,
]

let lexer: Lexer | undefined

export interface Lexed {
  readonly tokens: IToken[]
  readonly comments: readonly IToken[]
  /** Stretches that are no token. */
  readonly strangers: readonly { readonly start: number; readonly end: number }[]
}

/** Cut a text into tokens; offsets count from `offset`. */
export const lex = (text: string, offset = 0): Lexed => {
  lexer ??= new Lexer(vocabulary, { positionTracking: 'onlyOffset', ensureOptimizations: true })
  const { tokens, groups, errors } = lexer.tokenize(text)
  const comments = groups.comments ?? []
  for (const token of [...tokens, ...comments]) {
    token.startOffset += offset
    // Chevrotain leaves it out where it counts no lines.
    token.endOffset = token.startOffset + token.image.length - 1
  }
  const strangers = errors.map((error) => ({
    start: error.offset + offset,
    end: error.offset + error.length + offset,
  }))
  return { tokens, comments, strangers }
}
