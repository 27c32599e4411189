import type { IToken } from 'chevrotain'
import { builders } from 'prettier/doc'
import { hasErrors, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Source } from '../diagnostics/source.ts'
import type { For, Item, Member, Mixer } from './ast.ts'
import { lex } from './lexer.ts'
import { parse } from './parse.ts'
import { docPrinter, layOut } from './print.ts'

const { hardline, indent, join, lineSuffix } = builders

type Doc = builders.Doc
type Statement = Item | Member
type Block = Mixer | For

const isBlock = (statement: Statement): statement is Block =>
  statement.kind === 'mixer' || statement.kind === 'for'

const endOf = (token: IToken): number => token.endOffset! + 1

/** From where a parenthesis opens to behind where it closes. */
const parenthesisPairs = (tokens: readonly IToken[]): ReadonlyMap<number, number> => {
  const pairs = new Map<number, number>()
  const open: IToken[] = []
  for (const token of tokens) {
    if (['LeftParen', 'LeftSquare', 'LeftCurly'].includes(token.tokenType.name)) open.push(token)
    else if (['RightParen', 'RightSquare', 'RightCurly'].includes(token.tokenType.name)) {
      const opener = open.pop()
      if (opener?.tokenType.name === 'LeftParen') pairs.set(opener.startOffset, endOf(token))
    }
  }
  return pairs
}

/** A line of a block: a statement, or comments on a line of their own. */
interface Entry {
  readonly start: number
  end: number
  doc: Doc
  readonly kind: Statement['kind'] | 'comment'
}

/**
 * Lay a file out anew: one statement a line, 2 spaces in, 100 wide, at most one empty line in a row.
 *
 * The tree stays the same but for its spans, and every comment stays where it was: above what it stood above,
 * or behind what it stood behind. A statement with a comment in its midst keeps its own line breaks. A text
 * that does not parse is returned as it is.
 */
export const format = (
  source: Source,
): { readonly text: string; readonly diagnostics: readonly Diagnostic[] } => {
  const { file, diagnostics } = parse(source)
  if (hasErrors(diagnostics)) return { text: source.text, diagnostics }
  const { tokens, comments } = lex(source.text)
  const partner = parenthesisPairs(tokens)
  const print = docPrinter({
    number: ({ text, span }) => {
      const found = /\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/.exec(
        source.text.slice(span.start, span.end),
      )?.[0]
      return found?.replaceAll('_', '') === text ? found : text
    },
    parenthesized: ({ span }) => partner.get(span.start) === span.end,
  })

  const between = (from: number, to: number): readonly IToken[] =>
    comments.filter((comment) => comment.startOffset >= from && comment.startOffset < to)
  const breaks = (from: number, to: number): number =>
    source.text.slice(from, to).split(/\r\n|\n|\r/).length - 1
  const textOf = (comment: IToken): string => comment.image.trimEnd()

  const brace = (block: Block): number =>
    endOf(
      tokens.find((token) => token.tokenType.name === 'LeftCurly' && token.startOffset >= block.span.start)!,
    )

  /** The text as written, moved to where it now stands. */
  const verbatim = (start: number, end: number): Doc => {
    const lineStart =
      Math.max(source.text.lastIndexOf('\n', start - 1), source.text.lastIndexOf('\r', start - 1)) + 1
    const before = /^[ \t]*/.exec(source.text.slice(lineStart, start))![0]
    const [first, ...rest] = source.text.slice(start, end).split(/\r\n|\n|\r/)
    const moved = rest.map((text) =>
      (text.startsWith(before) ? text.slice(before.length) : text.trimStart()).trimEnd(),
    )
    return join(hardline, [first.trimEnd(), ...moved])
  }

  const statement = (s: Statement): Doc => {
    const { start, end } = s.span
    const head = isBlock(s) ? brace(s) : end
    if (between(start, head).length > 0) return verbatim(start, end)
    switch (s.kind) {
      case 'use':
        return print.use(s)
      case 'fn':
        return print.fn(s)
      case 'mixer':
        return [print.mixerHead(s), ' ', block(s)]
      case 'for':
        return [print.member(s), ' ', block(s)]
      default:
        return print.member(s)
    }
  }

  const block = (b: Block): Doc => {
    const inner = entries(b.members, brace(b), b.span.end - 1)
    return inner.length === 0 ? '{}' : ['{', indent([hardline, lines(inner)]), hardline, '}']
  }

  /** Statements and the comments around them, in the order of the text. */
  const entries = (statements: readonly Statement[], from: number, to: number): readonly Entry[] => {
    const found: Entry[] = []
    let at = from
    const take = (until: number): void => {
      for (const comment of between(at, until)) {
        const last = found[found.length - 1]
        if (last !== undefined && breaks(last.end, comment.startOffset) === 0) {
          last.doc = [last.doc, lineSuffix(` ${textOf(comment)}`)]
          last.end = endOf(comment)
        } else
          found.push({
            start: comment.startOffset,
            end: endOf(comment),
            doc: textOf(comment),
            kind: 'comment',
          })
      }
    }
    for (const s of statements) {
      take(s.span.start)
      found.push({ start: s.span.start, end: s.span.end, doc: statement(s), kind: s.kind })
      at = s.span.end
    }
    take(to)
    return found
  }

  const lines = (found: readonly Entry[]): Doc =>
    found.map((entry, i) => {
      const previous = found[i - 1]
      if (previous === undefined) return entry.doc
      const apart =
        breaks(previous.end, entry.start) > 1 ||
        previous.kind === 'mixer' ||
        (entry.kind === 'mixer' && previous.kind !== 'comment')
      return [hardline, apart ? hardline : '', entry.doc]
    })

  const doc = lines(entries(file.items, 0, source.text.length))
  const laid = layOut([doc, hardline])
  const body = laid.trim() === '' ? '' : laid
  const mark = source.text.startsWith('\ufeff') ? '\ufeff' : ''
  return { text: mark + (source.text.includes('\r\n') ? body.replaceAll('\n', '\r\n') : body), diagnostics }
}
