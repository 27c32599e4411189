/**
 * The one table of tokens: how each is spelled, what else is accepted for it, and how an editor colours it.
 * The lexer, the parser's messages, the formatter and the editor's grammar all read it from here.
 */
export type Scope =
  | 'keyword.declaration'
  | 'keyword.control'
  | 'keyword.operator'
  | 'storage.type'
  | 'variable.language'
  | 'constant.language'
  | 'constant.numeric'
  | 'string.quoted'
  | 'variable.other'
  | 'punctuation'
  | 'comment.line'
  | 'comment.line.documentation'

/**
 * `reserved` words name nothing else; `word`s are words only where the grammar asks for them;
 * `text` is not spelled but described (a number, a name).
 */
export type Sort = 'reserved' | 'word' | 'operator' | 'punctuation' | 'text'

interface Row {
  readonly sort: Sort
  readonly spelling: string
  /** Accepted too; the formatter writes the spelling. */
  readonly aliases?: readonly string[]
  readonly scope: Scope
}

export const tokens = {
  Mixer: { sort: 'reserved', spelling: 'mixer', scope: 'keyword.declaration' },
  Recurrent: { sort: 'reserved', spelling: 'recurrent', scope: 'keyword.declaration' },
  Dim: { sort: 'reserved', spelling: 'dim', scope: 'keyword.declaration' },
  Input: { sort: 'reserved', spelling: 'input', scope: 'keyword.declaration' },
  Param: { sort: 'reserved', spelling: 'param', scope: 'keyword.declaration' },
  State: { sort: 'reserved', spelling: 'state', scope: 'keyword.declaration' },
  Let: { sort: 'reserved', spelling: 'let', scope: 'keyword.declaration' },
  Output: { sort: 'reserved', spelling: 'output', scope: 'keyword.declaration' },
  Fn: { sort: 'reserved', spelling: 'fn', scope: 'keyword.declaration' },
  Use: { sort: 'reserved', spelling: 'use', scope: 'keyword.declaration' },
  Fold: { sort: 'reserved', spelling: 'fold', scope: 'keyword.control' },
  For: { sort: 'reserved', spelling: 'for', scope: 'keyword.control' },
  In: { sort: 'reserved', spelling: 'in', scope: 'keyword.control' },
  Over: { sort: 'reserved', spelling: 'over', scope: 'keyword.control' },
  Where: { sort: 'reserved', spelling: 'where', scope: 'keyword.control' },
  If: { sort: 'reserved', spelling: 'if', scope: 'keyword.control' },
  Else: { sort: 'reserved', spelling: 'else', scope: 'keyword.control' },
  Identity: { sort: 'reserved', spelling: 'I', scope: 'variable.language' },
  Now: { sort: 'reserved', spelling: 't', scope: 'variable.language' },
  End: { sort: 'reserved', spelling: 'end', scope: 'variable.language' },
  Infinity: { sort: 'reserved', spelling: 'inf', aliases: ['∞'], scope: 'constant.language' },
  True: { sort: 'reserved', spelling: 'true', scope: 'constant.language' },
  False: { sort: 'reserved', spelling: 'false', scope: 'constant.language' },
  Complex: { sort: 'reserved', spelling: 'complex', scope: 'storage.type' },

  Scalar: { sort: 'word', spelling: 'scalar', scope: 'storage.type' },
  Vec: { sort: 'word', spelling: 'vec', scope: 'storage.type' },
  Mat: { sort: 'word', spelling: 'mat', scope: 'storage.type' },
  Transpose: { sort: 'word', spelling: 'T', scope: 'keyword.operator' },

  Or: { sort: 'operator', spelling: '||', scope: 'keyword.operator' },
  And: { sort: 'operator', spelling: '&&', scope: 'keyword.operator' },
  Equal: { sort: 'operator', spelling: '==', scope: 'keyword.operator' },
  NotEqual: { sort: 'operator', spelling: '!=', aliases: ['≠'], scope: 'keyword.operator' },
  LessEqual: { sort: 'operator', spelling: '<=', aliases: ['≤'], scope: 'keyword.operator' },
  GreaterEqual: { sort: 'operator', spelling: '>=', aliases: ['≥'], scope: 'keyword.operator' },
  Less: { sort: 'operator', spelling: '<', scope: 'keyword.operator' },
  Greater: { sort: 'operator', spelling: '>', scope: 'keyword.operator' },
  Plus: { sort: 'operator', spelling: '+', scope: 'keyword.operator' },
  Minus: { sort: 'operator', spelling: '-', aliases: ['−'], scope: 'keyword.operator' },
  Times: { sort: 'operator', spelling: '*', aliases: ['·', '×'], scope: 'keyword.operator' },
  Divide: { sort: 'operator', spelling: '/', scope: 'keyword.operator' },
  Matmul: { sort: 'operator', spelling: '@', scope: 'keyword.operator' },
  Modulo: { sort: 'operator', spelling: '%', scope: 'keyword.operator' },
  Power: { sort: 'operator', spelling: '^', scope: 'keyword.operator' },
  Not: { sort: 'operator', spelling: '!', scope: 'keyword.operator' },

  Dots: { sort: 'punctuation', spelling: '..', scope: 'punctuation' },
  Dot: { sort: 'punctuation', spelling: '.', scope: 'punctuation' },
  Comma: { sort: 'punctuation', spelling: ',', scope: 'punctuation' },
  Colon: { sort: 'punctuation', spelling: ':', scope: 'punctuation' },
  Assign: { sort: 'punctuation', spelling: '=', scope: 'punctuation' },
  LeftParen: { sort: 'punctuation', spelling: '(', scope: 'punctuation' },
  RightParen: { sort: 'punctuation', spelling: ')', scope: 'punctuation' },
  LeftSquare: { sort: 'punctuation', spelling: '[', scope: 'punctuation' },
  RightSquare: { sort: 'punctuation', spelling: ']', scope: 'punctuation' },
  LeftCurly: { sort: 'punctuation', spelling: '{', scope: 'punctuation' },
  RightCurly: { sort: 'punctuation', spelling: '}', scope: 'punctuation' },

  Identifier: { sort: 'text', spelling: 'a name', scope: 'variable.other' },
  Number: { sort: 'text', spelling: 'a number', scope: 'constant.numeric' },
  String: { sort: 'text', spelling: 'a path in quotes', scope: 'string.quoted' },
  DocComment: { sort: 'text', spelling: '///', scope: 'comment.line.documentation' },
  Comment: { sort: 'text', spelling: '//', scope: 'comment.line' },
} as const satisfies Record<string, Row>

export type TokenName = keyof typeof tokens

const names = Object.keys(tokens) as TokenName[]

/** The tokens of some sorts, in the table's order. */
export const tokensOf = (...sorts: readonly Sort[]): readonly TokenName[] =>
  names.filter((name) => sorts.includes(tokens[name].sort))

/** Every spelling that the lexer takes for a token, its own first. */
export const spellingsOf = (name: TokenName): readonly string[] => {
  const row: Row = tokens[name]
  return [row.spelling, ...(row.aliases ?? [])]
}

/** The words that nothing may be named. */
export const reservedWords: readonly string[] = tokensOf('reserved').map((name) => tokens[name].spelling)

/** The words that a declaration begins with: in a mixer, and in a file. */
export const memberWords = ['dim', 'input', 'param', 'state', 'let', 'output', 'for'] as const
export const itemWords = ['use', 'fn', 'mixer', 'recurrent'] as const
