import type { CstNode, IToken } from 'chevrotain'
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Source, Span } from '../diagnostics/source.ts'
import type { Expr, File, Name } from './ast.ts'
import { lex } from './lexer.ts'
import { MixParser } from './parser.ts'
import { tooDeep } from './nesting.ts'
import { markStatements } from './statements.ts'
import { misspelling, syntaxError } from './syntax-errors.ts'
import { treeBuilder, type Doc, type Tree } from './to-ast.ts'

export interface Binding {
  readonly name: Name
  readonly value: Expr
}

/** After so many complaints the reader has the picture. */
const enough = 100

let parser: MixParser | undefined

/** `///` lines right above an offset, with nothing but white space and comments between. */
const docs = (
  source: Source,
  comments: readonly IToken[],
  tokens: readonly IToken[],
): ((offset: number) => Doc | undefined) => {
  const above = new Map<number, IToken[]>()
  let at = 0
  for (const comment of comments) {
    while (at < tokens.length && tokens[at].startOffset < comment.startOffset) at++
    const before = tokens[at - 1]
    const gap =
      before === undefined || before.tokenType.name === 'LeftCurly'
        ? '\n'
        : source.text.slice(before.endOffset! + 1, comment.startOffset)
    // Behind something on its line a comment speaks of that, not of what comes below; a `{` is nothing to speak of.
    if (comment.tokenType.name !== 'DocComment' || !/[\r\n]/.test(gap) || at === tokens.length) continue
    const offset = tokens[at].startOffset
    const lines = above.get(offset)
    if (lines === undefined) above.set(offset, [comment])
    else lines.push(comment)
  }
  return (offset) => {
    const lines = above.get(offset)
    if (lines === undefined) return undefined
    return {
      text: lines.map((line) => line.image.replace(/^\/\/\/ ?/, '').trimEnd()).join('\n'),
      span: { source, start: lines[0].startOffset, end: lines[lines.length - 1].endOffset! + 1 },
    }
  }
}

const looksBinary = (text: string): boolean => {
  const head = text.slice(0, 4096)
  const odd = head.match(/[\u0000-\u0008\u000e-\u001f\ufffd]/g)?.length ?? 0
  return text.includes('\u0000') || odd * 10 > head.length
}

/** A number that runs into a name, `2x`, is no product here. */
const gluedNumbers = (source: Source, tokens: readonly IToken[]): Diagnostic[] =>
  tokens.flatMap((token, i) => {
    const next = tokens[i + 1]
    const glued =
      token.tokenType.name === 'Number' &&
      next?.startOffset === token.endOffset! + 1 &&
      /^[\p{L}_\d]/u.test(next.image)
    if (!glued) return []
    const span = { source, start: token.startOffset, end: next.endOffset! + 1 }
    return [
      diagnostic(
        'malformed-number',
        { text: source.text.slice(span.start, Math.min(span.end, span.start + 30)) },
        span,
      ),
    ]
  })

/** Which statement an offset lies in, counted from the top. */
const statementAt = (offset: number, starts: readonly number[]): number => {
  let low = 0
  for (let high = starts.length; low < high;) {
    const middle = (low + high) >> 1
    if (starts[middle] <= offset) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * One mistake makes one message. Diagnostics come in ranks, the surest first: what cannot be read, what the
 * parser stumbled over, what the tree shows. Of the first two a statement keeps the first; where it has one,
 * later ranks count for nothing.
 */
const withoutEchoes = (
  [certain, recovered, later]: readonly (readonly Diagnostic[])[],
  starts: readonly number[],
): readonly Diagnostic[] => {
  const place = (d: Diagnostic): number => d.span?.start ?? 0
  const taken = new Set<number>()
  const first = [certain, recovered].flatMap((rank) =>
    [...rank]
      .sort((a, b) => place(a) - place(b))
      .filter((d) => {
        const statement = statementAt(place(d), starts)
        if (taken.has(statement)) return false
        taken.add(statement)
        return true
      }),
  )
  const fresh = later.filter((d) => !taken.has(statementAt(place(d), starts)))
  return [...first, ...fresh].sort((a, b) => place(a) - place(b)).slice(0, enough)
}

interface Parsed {
  readonly tree: Tree
  readonly cst: CstNode | undefined
  readonly diagnostics: () => readonly Diagnostic[]
}

const run = (source: Source, rule: 'file' | 'expression' | 'bindings', within?: Span): Parsed => {
  const text = within === undefined ? source.text : source.text.slice(within.start, within.end)
  const later: Diagnostic[] = []
  const refused = (problem: Diagnostic): Parsed => ({
    tree: treeBuilder(
      source,
      () => undefined,
      () => {},
    ),
    cst: undefined,
    diagnostics: () => [problem],
  })
  const span = (start: number, end: number): Span => ({ source, start, end })
  if (looksBinary(text)) return refused(diagnostic('not-text', { name: source.name }))
  const { tokens, comments, strangers } = lex(text, within?.start)
  const deep = tooDeep(tokens)
  if (deep !== undefined)
    return refused(diagnostic('nested-too-deep', {}, span(deep.startOffset, deep.endOffset! + 1)))
  const { starts, misspellings } = markStatements(
    tokens,
    source.text,
    rule === 'file' ? 'file' : 'expression',
  )

  parser ??= new MixParser()
  parser.input = tokens
  const cst = parser[rule]()
  const certain = [
    ...strangers.map(({ start, end }) =>
      diagnostic('unexpected-character', { text: firstOf(source.text.slice(start, end)) }, span(start, end), {
        help: insteadOf[source.text.charAt(start)],
      }),
    ),
    ...misspellings.map((found) => misspelling(source, found)),
    ...gluedNumbers(source, tokens),
  ]
  const recovered = parser.errors.map((error) => syntaxError(within ?? span(0, text.length), error))
  parser.input = []
  const offsets = starts.map((i) => tokens[i].startOffset)
  const tree = treeBuilder(source, docs(source, comments, tokens), (d) => later.push(d))
  return { tree, cst, diagnostics: () => withoutEchoes([certain, recovered, later], offsets) }
}

const insteadOf: Readonly<Record<string, string | undefined>> = {
  '"': 'a path ends with a quote on the same line',
  '“': 'a path stands between "',
  '²': 'write ^2',
  '³': 'write ^3',
  '&': 'both: &&',
  '|': 'either: ||',
  '~': 'not: !',
  ';': 'nothing ends a statement here, leave it out',
  '#': 'a comment begins with //',
}

/** A character as a message can show it. */
const firstOf = (text: string): string => {
  const [first] = text
  const code = first.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return /[\p{P}\p{S}]/u.test(first) ? first : `U+${code}`
}

/**
 * Text to tree. Never throws: what is wrong comes as diagnostics, and the tree has `missing` nodes there.
 * The parser is built at the first call.
 */
export const parse = (
  source: Source,
): { readonly file: File; readonly diagnostics: readonly Diagnostic[] } => {
  const { tree, cst, diagnostics } = run(source, 'file')
  const empty: File = { kind: 'file', source, span: { source, start: 0, end: source.text.length }, items: [] }
  const file = cst === undefined ? empty : tree.file(cst)
  return { file, diagnostics: diagnostics() }
}

/** One expression, all of the source or a stretch of it. */
export const parseExpression = (
  source: Source,
  within?: Span,
): { readonly expr: Expr; readonly diagnostics: readonly Diagnostic[] } => {
  const { tree, cst, diagnostics } = run(source, 'expression', within)
  const at = within?.start ?? 0
  const expr: Expr =
    cst === undefined ? { kind: 'missing', span: { source, start: at, end: at } } : tree.expression(cst)
  return { expr, diagnostics: diagnostics() }
}

/** `g = log(gamma), beta = 2 * b`: names bound to expressions, as `--where` and `kin:` have them. */
export const parseBindings = (
  source: Source,
  within?: Span,
): { readonly bindings: readonly Binding[]; readonly diagnostics: readonly Diagnostic[] } => {
  const { tree, cst, diagnostics } = run(source, 'bindings', within)
  const bindings = cst === undefined ? [] : tree.bindings(cst)
  return { bindings, diagnostics: diagnostics() }
}
