import { tokenMatcher, type IToken, type TokenType } from 'chevrotain'
import { suggest } from '../diagnostics/suggest.ts'
import { LetIn, Time, types, UpdateName } from './lexer.ts'
import { itemWords, memberWords, tokens as table, type TokenName } from './tokens.ts'

/** A word that was taken for another. */
export interface Misspelling {
  readonly token: IToken
  readonly meant: string
}

export interface Statements {
  /** Where statements and declarations begin, as indices of tokens, ascending. */
  readonly starts: readonly number[]
  readonly misspellings: readonly Misspelling[]
}

/** Whether a token is one of some. */
export const is = (token: IToken | undefined, ...names: readonly TokenName[]): boolean =>
  token !== undefined && names.some((name) => token.tokenType === types[name])

/** Whether a token is of a category. */
export const isA = (token: IToken | undefined, category: TokenType): boolean =>
  token !== undefined && tokenMatcher(token, category)

export const isName = (token: IToken | undefined): boolean => isA(token, types.Identifier)

/** Whether an expression or a type can end here, so that a name right after it begins something new. */
export const endsOperand = (token: IToken | undefined): boolean =>
  token === undefined ||
  isName(token) ||
  isA(token, Time) ||
  is(token, 'Number', 'Infinity', 'True', 'False', 'Identity', 'String', 'Greater') ||
  is(token, 'RightParen', 'RightSquare', 'RightCurly', 'LeftCurly')

const declarationWords = [...memberWords, ...itemWords]
const declaration: ReadonlyMap<string, TokenType> = new Map<string, TokenType>(
  (Object.keys(table) as TokenName[])
    .filter((name) => (declarationWords as readonly string[]).includes(table[name].spelling))
    .map((name) => [table[name].spelling, types[name]]),
)

/** For each `[`, the index of the `]` that closes it. Ranges such as `(0, 1]` pair any two. */
const closers = (tokens: readonly IToken[]): ReadonlyMap<number, number> => {
  const pairs = new Map<number, number>()
  const open: number[] = []
  tokens.forEach((token, i) => {
    if (is(token, 'LeftParen', 'LeftSquare')) open.push(i)
    else if (is(token, 'RightParen', 'RightSquare')) {
      const opener = open.pop()
      if (opener !== undefined) pairs.set(opener, i)
    } else if (is(token, 'LeftCurly', 'RightCurly')) open.length = 0
  })
  return pairs
}

/** `S[t] =`, `S[m][t] =`: no expression holds such a thing, so here an update begins. */
const beginsUpdate = (tokens: readonly IToken[], at: number, pairs: ReadonlyMap<number, number>): boolean => {
  let next = at + 1
  while (is(tokens[next], 'LeftSquare')) {
    const close = pairs.get(next)
    if (close === undefined) return false
    next = close + 1
  }
  return next > at + 1 && is(tokens[next], 'Assign') && !is(tokens[at - 1], 'Let', 'Colon', 'Complex', 'Fold')
}

/** Whether the `let` at an index has its `in`: then it is an expression, else a statement that was reached too early. */
const hasIn = (tokens: readonly IToken[], at: number): boolean => {
  let owed = 1
  let depth = 0
  for (let i = at + 1; i < tokens.length; i++) {
    const token = tokens[i]
    if (is(token, 'LeftParen', 'LeftSquare')) depth++
    else if (is(token, 'RightParen', 'RightSquare')) {
      if (--depth < 0) return false
    } else if (depth > 0) continue
    else if (is(token, 'Let', 'For')) owed++
    else if (is(token, 'In') && --owed === 0) return true
    else if (is(token, 'LeftCurly', 'RightCurly') || isA(token, UpdateName)) return false
    else if (declaration.has(token.image)) return false
  }
  return false
}

/** Whether the `for` at an index opens a block, and does not belong to a fold. */
const opensBlock = (tokens: readonly IToken[], at: number): boolean => {
  for (let i = at + 1; i < tokens.length; i++) {
    const token = tokens[i]
    if (is(token, 'LeftCurly')) return true
    if (is(token, 'Colon', 'Assign', 'RightCurly') || declaration.has(token.image)) return false
  }
  return false
}

/**
 * Find where statements begin, which in a language without terminators takes a look ahead:
 *
 *     … S[m][t] =     ⇒  the name of an update, whatever comes before
 *     = let x = e in  ⇒  a `let` within an expression
 *     inptu q: …      ⇒  `input`, and a word to the user
 *
 * The types of the tokens are set accordingly. Nothing that parses is read differently for it: the marks only
 * tell the parser where to go on after a mistake. In a text that is an expression no statement begins.
 */
export const markStatements = (
  tokens: readonly IToken[],
  text: string,
  of: 'file' | 'expression',
): Statements => {
  const pairs = closers(tokens)
  const starts: number[] = []
  const misspellings: Misspelling[] = []
  const set = (token: IToken, type: TokenType): void => {
    token.tokenType = type
    token.tokenTypeIdx = type.tokenTypeIdx!
  }
  const opensLine = (i: number): boolean =>
    i === 0 || /[\r\n]/.test(text.slice(tokens[i - 1].endOffset! + 1, tokens[i].startOffset))

  tokens.forEach((token, i) => {
    const previous = tokens[i - 1]
    if (of === 'expression') {
      if (is(token, 'Let')) set(token, LetIn)
    } else if (isName(token)) {
      const fresh = endsOperand(previous)
      const meant = fresh && isName(tokens[i + 1]) ? suggest(token.image, declarationWords) : undefined
      if (meant !== undefined && (meant !== 'recurrent' || is(tokens[i + 1], 'Mixer'))) {
        misspellings.push({ token, meant })
        set(token, declaration.get(meant)!)
        starts.push(i)
      } else if (
        beginsUpdate(tokens, i, pairs) ||
        (i > 0 && fresh && opensLine(i) && is(tokens[i + 1], 'LeftSquare', 'Assign'))
      ) {
        set(token, UpdateName)
        starts.push(i)
      }
    } else if (is(token, 'Let') && !endsOperand(previous) && hasIn(tokens, i)) set(token, LetIn)
    else if (is(token, 'For') && opensBlock(tokens, i)) starts.push(i)
    else if (is(token, 'Mixer') && is(previous, 'Recurrent')) return
    else if (!is(token, 'For') && declaration.get(token.image) === token.tokenType) starts.push(i)
  })
  return { starts, misspellings }
}
