import type { CstElement, CstNode, IToken } from 'chevrotain'
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts'
import { join, type Source, type Span } from '../diagnostics/source.ts'
import type { BinaryOp, Expr, File, Fn, For, Item, Member, Mixer, Name, Range, Type, Use } from './ast.ts'
import { tokens as table, type TokenName } from './tokens.ts'

/** How tightly a binary operator holds its operands; a prefix holds tighter than all but `^`. */
export const precedence: Readonly<Record<BinaryOp, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3,
  '+': 4, '-': 4,
  '*': 5, '/': 5, '@': 5, '%': 5,
  '^': 7,
} // prettier-ignore
export const prefixPrecedence = 6
const comparison = 3

/** The doc comment above a declaration. */
export interface Doc {
  readonly text: string
  readonly span: Span
}

export interface Tree {
  readonly file: (node: CstNode) => File
  readonly expression: (node: CstNode) => Expr
  readonly bindings: (node: CstNode) => readonly { readonly name: Name; readonly value: Expr }[]
}

const isNode = (element: CstElement): element is CstNode => 'children' in element
const isReal = (token: IToken): boolean => !Number.isNaN(token.startOffset)

/**
 * From what the parser recognised to the tree: precedence, names, spans, docs. Where the parser recovered,
 * parts are missing: the tree says so with `missing` nodes and empty names, and stays whole otherwise.
 */
export const treeBuilder = (
  source: Source,
  docBefore: (offset: number) => Doc | undefined,
  add: (diagnostic: Diagnostic) => void,
): Tree => {
  const nodes = (parent: CstNode, name: string): CstNode[] => (parent.children[name] ?? []).filter(isNode)
  const node = (parent: CstNode, name: string): CstNode | undefined => nodes(parent, name)[0]
  const tokensOf = (
    parent: CstNode,
    name: TokenName | 'operator' | 'prefix' | 'Time' | 'UpdateName',
  ): IToken[] => (parent.children[name] ?? []).filter((e): e is IToken => !isNode(e) && isReal(e))
  const has = (parent: CstNode, name: TokenName): boolean => tokensOf(parent, name).length > 0

  const spanOf = (element: CstElement | undefined, otherwise: number): Span => {
    if (element === undefined) return { source, start: otherwise, end: otherwise }
    const [start, last] = isNode(element)
      ? [element.location?.startOffset, element.location?.endOffset]
      : [element.startOffset, element.endOffset]
    const from = start === undefined || Number.isNaN(start) ? otherwise : start
    const to = last === undefined || Number.isNaN(last) ? from : last + 1
    return { source, start: from, end: to }
  }
  const endOf = (element: CstElement | undefined, otherwise: number): number => spanOf(element, otherwise).end

  const nothing = (at: number): Expr => ({ kind: 'missing', span: { source, start: at, end: at } })
  const nameOf = (token: IToken | undefined, at: number): Name => ({
    text: token?.image.normalize('NFC') ?? '',
    span: spanOf(token, at),
  })
  const theName = (parent: CstNode, at: number): Name => nameOf(tokensOf(parent, 'Identifier')[0], at)
  const namesOf = (parent: CstNode | undefined): Name[] =>
    parent === undefined ? [] : tokensOf(parent, 'Identifier').map((token) => nameOf(token, 0))
  const docOf = (span: Span): { doc?: string } => {
    const doc = docBefore(span.start)
    return doc === undefined ? {} : { doc: doc.text }
  }

  const expression = (from: CstNode | undefined, at: number): Expr => {
    if (from === undefined) return nothing(at)
    const operands = nodes(from, 'operand')
    const operators = tokensOf(from, 'operator')
    let next = 0

    /** The operand at hand with its prefixes, the first `skip` of which are taken. */
    const prefixed = (skip: number): Expr => {
      const operand = operands[next]
      if (operand === undefined) return nothing(endOf(operators[next - 1], endOf(from, at)))
      const prefix = tokensOf(operand, 'prefix')[skip]
      if (prefix === undefined) return climb(primary(operand, spanOf(operand, at).start), 7)
      const value = prefixed(skip + 1)
      const op = spelling(prefix) as '-' | '!'
      return { kind: 'unary', span: join(spanOf(prefix, at), value.span), op, value }
    }

    /** Takes the operators that hold at least as tightly as `least`. */
    const climb = (left: Expr, least: number): Expr => {
      let compared = false
      for (;;) {
        const token = operators[next]
        if (token === undefined) return left
        const op = spelling(token) as BinaryOp
        const holds = precedence[op]
        if (holds < least) return left
        if (holds === comparison) {
          if (compared) add(diagnostic('chained-comparison', {}, spanOf(token, at)))
          compared = true
        }
        next++
        // `^` goes to the right, and its exponent may have a sign of its own.
        const right = op === '^' ? prefixed(0) : climb(prefixed(0), holds + 1)
        left = { kind: 'binary', span: join(left.span, right.span), op, left, right }
      }
    }

    return climb(prefixed(0), 0)
  }

  const spelling = (token: IToken): string => table[token.tokenType.name as TokenName].spelling

  const primary = (operand: CstNode, at: number): Expr => {
    const bare = withoutPostfix(operand, at)
    return nodes(operand, 'postfix').reduce((value, postfix) => {
      const span = join(value.span, spanOf(postfix, value.span.end))
      const index = node(postfix, 'index')
      return index === undefined
        ? { kind: 'transpose', span, value }
        : { kind: 'index', span, value, index: inIndex(index) }
    }, bare)
  }

  const inIndex = (index: CstNode): Expr =>
    expression(node(index, 'expression'), endOf(tokensOf(index, 'LeftSquare')[0], spanOf(index, 0).end))

  const withoutPostfix = (operand: CstNode, at: number): Expr => {
    const [number] = tokensOf(operand, 'Number')
    if (number) return { kind: 'number', span: spanOf(number, at), text: number.image.replaceAll('_', '') }
    const [infinity] = tokensOf(operand, 'Infinity')
    if (infinity) return { kind: 'infinity', span: spanOf(infinity, at) }
    for (const name of ['True', 'False'] as const) {
      const [bool] = tokensOf(operand, name)
      if (bool) return { kind: 'bool', span: spanOf(bool, at), value: name === 'True' }
    }
    const [identity] = tokensOf(operand, 'Identity')
    if (identity) return { kind: 'identity', span: spanOf(identity, at) }
    const [time] = tokensOf(operand, 'Time')
    if (time) return { kind: 'time', span: spanOf(time, at), at: time.tokenType.name === 'End' ? 'end' : 't' }
    const call = node(operand, 'call')
    const [word] = [
      ...tokensOf(operand, 'Where'),
      ...tokensOf(operand, 'Complex'),
      ...tokensOf(operand, 'Identifier'),
    ]
    if (word) {
      return call === undefined
        ? { kind: 'name', span: spanOf(word, at), name: word.image.normalize('NFC') }
        : called(nameOf(word, at), call)
    }
    const [open] = tokensOf(operand, 'LeftParen')
    if (open) {
      const inner = expression(node(operand, 'expression'), endOf(open, at))
      const close = tokensOf(operand, 'RightParen')[0]
      return { ...inner, span: join(spanOf(open, at), spanOf(close, inner.span.end)) }
    }
    const fold = node(operand, 'fold')
    if (fold) {
      const span = spanOf(fold, at)
      return {
        kind: 'fold',
        span,
        name: theName(fold, span.start),
        initial: expression(node(fold, 'initial'), span.end),
        ...loop(node(fold, 'loop'), span.end),
        body: expression(node(fold, 'body'), span.end),
      }
    }
    const letIn = node(operand, 'letIn')
    if (letIn) {
      const span = spanOf(letIn, at)
      return {
        kind: 'let-in',
        span,
        name: theName(letIn, span.start),
        value: expression(node(letIn, 'value'), span.end),
        body: expression(node(letIn, 'body'), span.end),
      }
    }
    return nothing(at)
  }

  const loop = (from: CstNode | undefined, at: number) => {
    const span = spanOf(from, at)
    const bounds = from === undefined ? [] : nodes(from, 'expression')
    return {
      variable: from === undefined ? nameOf(undefined, at) : theName(from, span.start),
      from: expression(bounds[0], span.end),
      to: expression(bounds[1], span.end),
    }
  }

  const called = (callee: Name, call: CstNode): Expr => {
    const span = join(callee.span, spanOf(call, callee.span.end))
    const reduced = node(call, 'loop')
    if (reduced === undefined) {
      const args = nodes(call, 'expression').map((arg) => expression(arg, span.end))
      return { kind: 'call', span, callee, args }
    }
    const body = expression(node(call, 'body'), span.end)
    const op = callee.text
    if (op !== 'sum' && op !== 'max' && op !== 'min' && op !== 'concat') {
      add(diagnostic('not-a-reduction', { name: op }, callee.span))
      return { kind: 'missing', span }
    }
    return { kind: 'reduce', span, op, ...loop(reduced, span.end), body }
  }

  const typeOf = (from: CstNode | undefined, at: number): Type => {
    const span = spanOf(from, at)
    if (from === undefined) return { kind: 'type', span, complex: false, base: 'scalar', sizes: [] }
    const base = has(from, 'Vec') ? 'vec' : has(from, 'Mat') ? 'mat' : 'scalar'
    const sizes = nodes(from, 'size').map((size) => expression(size, span.end))
    const index = node(from, 'index')
    const asked = { scalar: 0, vec: 1, mat: 2 }[base]
    const words = ['no size', 'one size', 'two sizes'][asked]
    const known = has(from, 'Scalar') || base !== 'scalar'
    if (known && from.recoveredNode !== true && sizes.length !== asked)
      add(diagnostic('wrong-number-of-sizes', { type: base, asked: words, found: sizes.length }, span))
    return {
      kind: 'type',
      span,
      complex: has(from, 'Complex'),
      base,
      sizes,
      ...(index === undefined ? {} : { count: inIndex(index) }),
    }
  }

  const rangeOf = (from: CstNode): Range => {
    const span = spanOf(from, 0)
    const bounds = nodes(from, 'expression')
    return {
      span,
      from: expression(bounds[0], span.end),
      to: expression(bounds[1], span.end),
      fromOpen: has(from, 'LeftParen'),
      toOpen: has(from, 'RightParen'),
    }
  }

  type Clause = 'in' | 'over' | 'where' | '='

  /** The parts of a declaration, and a complaint for each that does not belong there or comes twice. */
  const portOf = (from: CstNode, what: string, allowed: readonly Clause[]) => {
    const port = node(from, 'port')
    const at = endOf(from, 0)
    const clauses = new Map<Clause, CstNode>()
    for (const clause of port === undefined ? [] : nodes(port, 'clause')) {
      const word: Clause | undefined =
        node(clause, 'range') !== undefined ? 'in'
        : has(clause, 'Over') ? 'over'
        : has(clause, 'Where') ? 'where'
        : has(clause, 'Assign') ? '='
        : undefined // prettier-ignore
      if (word === undefined) continue
      const before = clauses.get(word)
      if (!allowed.includes(word))
        add(diagnostic('misplaced-clause', { clause: word, what }, spanOf(clause, at)))
      else if (before !== undefined)
        add(
          diagnostic('duplicate-clause', { clause: word, what }, spanOf(clause, at), {
            labels: [{ span: spanOf(before, at), message: 'the first one' }],
          }),
        )
      else clauses.set(word, clause)
    }
    const expressionIn = (word: Clause): Expr | undefined => {
      const clause = clauses.get(word)
      return clause === undefined ? undefined : expression(node(clause, 'expression'), endOf(clause, at))
    }
    const range = clauses.get('in')
    const over = clauses.get('over')
    return {
      names: namesOf(port === undefined ? undefined : node(port, 'names')),
      type: typeOf(port === undefined ? undefined : node(port, 'type'), at),
      range: range === undefined ? undefined : rangeOf(node(range, 'range')!),
      over: over === undefined ? undefined : theName(over, endOf(over, at)),
      where: expressionIn('where'),
      value: expressionIn('='),
      whole: from.recoveredNode !== true && port?.recoveredNode !== true,
    }
  }

  const member = (from: CstNode): Member | undefined => {
    const [name] = Object.keys(from.children)
    const inner = name === undefined ? undefined : node(from, name)
    if (inner === undefined) return undefined
    const span = spanOf(inner, spanOf(from, 0).start)
    const doc = docOf(span)
    switch (inner.name) {
      case 'dims': {
        const dims = nodes(inner, 'dimension').map((dimension) => {
          const value = has(dimension, 'Assign')
          const at = endOf(dimension, span.end)
          return {
            name: theName(dimension, at),
            ...(value ? { value: expression(node(dimension, 'expression'), at) } : {}),
          }
        })
        const where = has(inner, 'Where') ? { where: expression(node(inner, 'expression'), span.end) } : {}
        return { kind: 'dim', span, ...doc, dims, ...where }
      }
      case 'inputs': {
        const { names, type, range, over, where } = portOf(inner, 'an input', ['in', 'over', 'where'])
        return { kind: 'input', span, ...doc, names, type, ...defined({ range, over, where }) }
      }
      case 'params': {
        const { names, type, range, where } = portOf(inner, 'a param', ['in', 'where'])
        return { kind: 'param', span, ...doc, names, type, ...defined({ range, where }) }
      }
      case 'states': {
        const { names, type, value: initial } = portOf(inner, 'a state', ['='])
        return { kind: 'state', span, ...doc, names, type, ...defined({ initial }) }
      }
      case 'outputs': {
        const { names, type, over, value, whole } = portOf(inner, 'an output', ['over', '='])
        if (value === undefined && whole)
          add(diagnostic('output-without-value', {}, { source, start: span.end, end: span.end }))
        if (names.length > 1) add(diagnostic('several-outputs', {}, names[1].span))
        const name = names[0] ?? nameOf(undefined, span.end)
        return {
          kind: 'output',
          span,
          ...doc,
          name,
          type,
          ...defined({ over }),
          value: value ?? nothing(span.end),
        }
      }
      case 'let': {
        const index = node(inner, 'index')
        const type = node(inner, 'type')
        return {
          kind: 'let',
          span,
          ...doc,
          name: theName(inner, span.end),
          ...(index === undefined ? {} : { index: inIndex(index) }),
          ...(type === undefined ? {} : { type: typeOf(type, span.end) }),
          value: expression(node(inner, 'expression'), span.end),
        }
      }
      case 'update':
        return {
          kind: 'update',
          span,
          ...doc,
          state: nameOf(tokensOf(inner, 'UpdateName')[0], span.start),
          indices: nodes(inner, 'index').map(inIndex),
          value: expression(node(inner, 'expression'), span.end),
        }
      case 'forBlock':
        return {
          kind: 'for',
          span,
          ...loop(node(inner, 'loop'), span.end),
          members: members(inner),
        } satisfies For
      default:
        return undefined
    }
  }

  const members = (from: CstNode): Member[] => nodes(from, 'member').flatMap((child) => member(child) ?? [])

  const use = (from: CstNode): Use => {
    const span = spanOf(from, 0)
    const [string] = tokensOf(from, 'String')
    const words = namesOf(from)
    const path = string
      ? { text: string.image.slice(1, -1), standard: false, span: spanOf(string, span.end) }
      : {
          text: words.map((word) => word.text).join('.'),
          standard: true,
          span:
            words.length === 0
              ? spanOf(undefined, span.end)
              : join(words[0].span, words[words.length - 1].span),
        }
    return { kind: 'use', span, ...docOf(span), path, names: namesOf(node(from, 'names')) }
  }

  const fn = (from: CstNode): Fn => {
    const span = spanOf(from, 0)
    const result = node(from, 'type')
    return {
      kind: 'fn',
      span,
      ...docOf(span),
      name: theName(from, span.end),
      sizes: namesOf(node(from, 'names')),
      parameters: nodes(from, 'parameter').map((parameter) => ({
        name: theName(parameter, span.end),
        type: typeOf(node(parameter, 'type'), endOf(parameter, span.end)),
      })),
      ...(result === undefined ? {} : { result: typeOf(result, span.end) }),
      body: expression(node(from, 'expression'), span.end),
    }
  }

  const mixer = (from: CstNode): Mixer => {
    const span = spanOf(from, 0)
    const doc = docBefore(span.start)
    return {
      kind: 'mixer',
      span,
      ...(doc === undefined ? {} : { doc: doc.text, docSpan: doc.span }),
      recurrent: has(from, 'Recurrent'),
      name: theName(from, span.end),
      members: members(from),
    }
  }

  return {
    file: (from) => {
      const items: Item[] = [
        ...nodes(from, 'use').map(use),
        ...nodes(from, 'fn').map(fn),
        ...nodes(from, 'mixer').map(mixer),
      ]
      items.sort((a, b) => a.span.start - b.span.start)
      return { kind: 'file', source, span: { source, start: 0, end: source.text.length }, items }
    },
    expression: (from) => expression(from, 0),
    bindings: (from) =>
      nodes(from, 'binding').map((binding) => {
        const at = endOf(binding, source.text.length)
        return { name: theName(binding, at), value: expression(node(binding, 'expression'), at) }
      }),
  }
}

/** Without the entries that are undefined, so that trees compare as one expects. */
const defined = <T extends object>(entries: T): Partial<T> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Partial<T>
