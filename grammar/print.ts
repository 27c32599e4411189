import { builders, printer } from 'prettier/doc'
import type { BinaryOp, Expr, File, Fn, Item, Member, Mixer, Range, Type, Use } from './ast.ts'
import { precedence, prefixPrecedence } from './to-ast.ts'

const { group, hardline, indent, join, line, softline } = builders

type Doc = builders.Doc

/** What a text knows of its tree beyond the tree itself; a tree alone knows none of it. */
export interface Written {
  /** A number with its underscores. */
  readonly number: (number: Extract<Expr, { kind: 'number' }>) => string
  /** Whether an expression stands in parentheses that it could do without. */
  readonly parenthesized: (expr: Expr) => boolean
}

const unwritten: Written = { number: (number) => number.text, parenthesized: () => false }

/** A fold or a let reaches as far to the right as it can; what follows it must be kept out by parentheses. */
const isOpen = (expr: Expr): boolean => expr.kind === 'fold' || expr.kind === 'let-in'

const holds = (expr: Expr): number => {
  if (expr.kind === 'binary') return precedence[expr.op]
  if (expr.kind === 'unary') return prefixPrecedence
  return isOpen(expr) ? 0 : Infinity
}

/** Comparisons and powers do not chain to the left. */
const chains = (op: BinaryOp): boolean => op !== '^' && precedence[op] !== precedence['==']

const bracketed = (open: string, inner: Doc, close: string): Doc =>
  group([open, indent([softline, inner]), softline, close])

/** The tree as documents that know where they may break. Nothing here depends on spans. */
export const docPrinter = (written: Written = unwritten) => {
  /** `tight`: inside an index or a range, where `t-1` is written without spaces. */
  const expr = (e: Expr, tight = false): Doc =>
    keepsParentheses(e) ? bracketed('(', bare(e), ')') : bare(e, tight)

  const keepsParentheses = (e: Expr): boolean => holds(e) < Infinity && written.parenthesized(e)

  const bare = (e: Expr, tight = false): Doc => {
    switch (e.kind) {
      case 'number':
        return written.number(e)
      case 'infinity':
        return 'inf'
      case 'bool':
        return String(e.value)
      case 'name':
        return e.name
      case 'time':
        return e.at
      case 'identity':
        return 'I'
      case 'missing':
        return ''
      case 'index':
        return [within(e.value, Infinity), '[', expr(e.index, true), ']']
      case 'transpose':
        return [within(e.value, Infinity), '.T']
      case 'unary':
        return [e.op, within(e.value, prefixPrecedence, tight)]
      case 'call':
        return [
          e.callee.text,
          e.args.length === 0
            ? '()'
            : bracketed(
                '(',
                join(
                  [',', line],
                  e.args.map((arg) => expr(arg)),
                ),
                ')',
              ),
        ]
      case 'reduce':
        return [e.op, bracketed('(', [loop(e), ':', line, expr(e.body)], ')')]
      case 'fold': {
        const head = ['fold ', e.name.text, ' = ', closed(e.initial), ' for ', loop(e), ':']
        return group([...head, indent([line, expr(e.body)])])
      }
      case 'let-in':
        return group(lets(e))
      case 'binary':
        return binary(e, tight)
      default:
        return e satisfies never
    }
  }

  type LetIn = Extract<Expr, { kind: 'let-in' }>

  /** All on one line, or each let on its own. */
  const lets = (e: LetIn): Doc => ['let ', e.name.text, ' = ', closed(e.value), ' in', line, body(e.body)]

  const body = (e: Expr): Doc => (e.kind === 'let-in' && !keepsParentheses(e) ? lets(e) : expr(e))

  const parenthesized = (e: Expr): Doc => bracketed('(', bare(e), ')')

  /** In parentheses where it holds less tightly than it must. */
  const within = (e: Expr, least: number, tight = false): Doc =>
    holds(e) < least ? parenthesized(e) : expr(e, tight)

  const closed = (e: Expr, tight = false): Doc => (isOpen(e) ? parenthesized(e) : expr(e, tight))

  const binary = (e: Extract<Expr, { kind: 'binary' }>, tight: boolean): Doc => {
    const own = precedence[e.op]
    if (e.op === '^') return [within(e.left, own + 1, tight), '^', within(e.right, prefixPrecedence, tight)]
    const rest: { readonly op: BinaryOp; readonly value: Expr }[] = []
    let first: Expr = e
    do {
      rest.unshift({ op: first.op, value: first.right })
      first = first.left
    } while (
      first.kind === 'binary' &&
      chains(first.op) &&
      precedence[first.op] === own &&
      !keepsParentheses(first)
    )
    const start = within(first, chains(e.op) ? own : own + 1, tight)
    const operands = rest.map(({ op, value }) => ({ op, value: within(value, own + 1, tight) }))
    return tight && own >= precedence['+']
      ? [start, ...operands.map(({ op, value }) => [op, value])]
      : group([start, indent(operands.map(({ op, value }) => [line, op, ' ', value]))])
  }

  const loop = (e: {
    readonly variable: { readonly text: string }
    readonly from: Expr
    readonly to: Expr
  }): Doc => [e.variable.text, ' in ', closed(e.from, true), '..', closed(e.to, true)]

  /** A size ends at `>`: comparisons stand in parentheses. */
  const size = (e: Expr): Doc => within(e, precedence['+'])

  const type = (t: Type): Doc => [
    t.complex ? 'complex ' : '',
    t.base,
    t.sizes.length === 0 ? '' : ['<', join(', ', t.sizes.map(size)), '>'],
    t.count === undefined ? '' : ['[', expr(t.count, true), ']'],
  ]

  const range = (r: Range): Doc => [
    `in ${r.fromOpen ? '(' : '['}`,
    closed(r.from),
    ', ',
    closed(r.to),
    r.toOpen ? ')' : ']',
  ]

  const texts = (names: readonly { readonly text: string }[]): string =>
    names.map((name) => name.text).join(', ')

  const port = (
    word: string,
    p: {
      readonly names: readonly { readonly text: string }[]
      readonly type: Type
      readonly over?: { readonly text: string }
      readonly range?: Range
      readonly where?: Expr
    },
  ): Doc => {
    const clauses: Doc[] = []
    if (p.over !== undefined) clauses.push(`over ${p.over.text}`)
    if (p.range !== undefined) clauses.push(range(p.range))
    if (p.where !== undefined) clauses.push(['where ', expr(p.where)])
    return group([
      `${word} ${texts(p.names)}: `,
      type(p.type),
      indent(clauses.map((clause) => [line, clause])),
    ])
  }

  const typed = (t: Type | undefined): Doc => (t === undefined ? '' : [': ', type(t)])

  /** A declaration or an update; of a `for` its head. */
  const member = (m: Member): Doc => {
    switch (m.kind) {
      case 'dim': {
        const dims = m.dims.map(({ name, value }) => [
          name.text,
          value === undefined ? '' : [' = ', expr(value)],
        ])
        const where = m.where === undefined ? '' : [line, 'where ', expr(m.where)]
        return group(['dim ', indent([join([',', line], dims), where])])
      }
      case 'input':
      case 'param':
        return port(m.kind, m)
      case 'state':
        return [port(m.kind, m), m.initial === undefined ? '' : [' = ', expr(m.initial)]]
      case 'output':
        return [port(m.kind, { ...m, names: [m.name] }), ' = ', expr(m.value)]
      case 'let': {
        const index = m.index === undefined ? '' : ['[', expr(m.index, true), ']']
        return ['let ', m.name.text, index, typed(m.type), ' = ', expr(m.value)]
      }
      case 'update':
        return [
          m.state.text,
          ...m.indices.map((index) => ['[', expr(index, true), ']']),
          ' = ',
          expr(m.value),
        ]
      case 'for':
        return ['for ', loop(m)]
      default:
        return m satisfies never
    }
  }

  const use = (u: Use): Doc => [
    u.path.standard ? `use ${u.path.text} ` : `use "${u.path.text}" `,
    bracketed(
      '(',
      join(
        [',', line],
        u.names.map((name) => name.text),
      ),
      ')',
    ),
  ]

  const fn = (f: Fn): Doc => {
    const parameters = f.parameters.map((parameter) => [parameter.name.text, ': ', type(parameter.type)])
    return [
      `fn ${f.name.text}`,
      f.sizes.length === 0 ? '' : `<${texts(f.sizes)}>`,
      parameters.length === 0 ? '()' : bracketed('(', join([',', line], parameters), ')'),
      typed(f.result),
      ' =',
      group(indent([line, body(f.body)])),
    ]
  }

  const mixerHead = (m: Mixer): Doc => `${m.recurrent ? 'recurrent ' : ''}mixer ${m.name.text}`

  const block = (head: Doc, members: readonly Member[]): Doc => {
    const inner = members.map((m) => [
      hardline,
      m.kind === 'for' ? block(member(m), m.members) : documented(m.doc, member(m)),
    ])
    return [head, inner.length === 0 ? ' {}' : [' {', indent(inner), hardline, '}']]
  }

  const documented = (comment: string | undefined, doc: Doc): Doc => {
    const lines = comment === undefined ? [] : comment.split('\n')
    return [...lines.map((text) => [`/// ${text}`.trimEnd(), hardline]), doc]
  }

  const item = (i: Item): Doc =>
    documented(i.doc, i.kind === 'use' ? use(i) : i.kind === 'fn' ? fn(i) : block(mixerHead(i), i.members))

  return { expr, type, member, use, fn, mixerHead, item }
}

/** How wide a text is laid out. */
export const width = 100

export const layOut = (doc: Doc): string =>
  printer.printDocToString(doc, { printWidth: width, tabWidth: 2, useTabs: false }).formatted

const oneLine = (doc: Doc): string =>
  printer.printDocToString(doc, { printWidth: Infinity, tabWidth: 2, useTabs: false }).formatted

/** An expression on one line, as messages and explanations show it. */
export const exprText = (expr: Expr): string => oneLine(docPrinter().expr(expr))

/** A type on one line. */
export const typeText = (type: Type): string => oneLine(docPrinter().type(type))

/** A whole tree as text. Comments are not in a tree; to lay out a text that has them is `format`'s work. */
export const fileText = (file: File): string => {
  const { item } = docPrinter()
  return file.items.map((i) => `${layOut(item(i))}\n`).join('\n')
}
