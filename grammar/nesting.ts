import type { IToken } from 'chevrotain'
import { BinaryOperator, PrefixOperator } from './lexer.ts'
import { endsOperand, is, isA, isName } from './statements.ts'

/** How many brackets, folds and lets may stand within one another, and how many operators in a row. */
export const nestingLimit = 100
export const chainLimit = 500

interface Depth {
  readonly nested: number
  readonly chained: number
}

/**
 * The first token that lies deeper than any sensible equation goes.
 *
 * The parser recurses, and so does whoever walks its trees: hostile input must be turned away before. A chain
 * `a + a + …` or `x[0][0]…` makes a deep tree too, though it needs no brackets. What passes here has a tree
 * of less than `chainLimit` levels.
 */
export const tooDeep = (tokens: readonly IToken[]): IToken | undefined => {
  const outer: Depth[] = []
  let base: Depth = { nested: 0, chained: 0 }
  let depth = base
  for (const [i, token] of tokens.entries()) {
    const statement = endsOperand(tokens[i - 1])
    if (is(token, 'LeftParen', 'LeftSquare', 'LeftCurly')) {
      outer.push(base)
      base = depth = { nested: depth.nested + 1, chained: depth.chained + 1 }
    } else if (is(token, 'RightParen', 'RightSquare', 'RightCurly') && outer.length > 0) {
      // What an index follows lies below it in the tree.
      const { nested, chained } = base
      base = outer.pop()!
      depth = is(token, 'RightCurly')
        ? base
        : { nested: nested - 1, chained: is(token, 'RightSquare') ? chained : chained - 1 }
    } else if (
      is(token, 'Comma') ||
      is(token, 'Dim', 'Input', 'Param', 'State', 'Output', 'Fn', 'Mixer', 'Use')
    )
      depth = base
    else if (statement && (isName(token) || is(token, 'Let'))) depth = base
    else if (is(token, 'Fold', 'Let')) depth = { nested: depth.nested + 1, chained: depth.chained + 1 }
    else if (isA(token, BinaryOperator) || isA(token, PrefixOperator) || is(token, 'Dot'))
      depth = { ...depth, chained: depth.chained + 1 }
    if (depth.nested > nestingLimit || depth.chained > chainLimit) return token
  }
  return undefined
}
