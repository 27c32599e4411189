import { expect, test } from 'vitest'
import type { Expr, Mixer } from '../../grammar/ast.ts'
import { parse, parseExpression } from '../../grammar/parse.ts'

/** An expression with all its parentheses. */
const shape = (e: Expr): string => {
  switch (e.kind) {
    case 'number':
      return e.text
    case 'name':
      return e.name
    case 'infinity':
      return 'inf'
    case 'bool':
      return String(e.value)
    case 'time':
      return e.at
    case 'identity':
      return 'I'
    case 'missing':
      return '?'
    case 'index':
      return `${shape(e.value)}[${shape(e.index)}]`
    case 'transpose':
      return `${shape(e.value)}.T`
    case 'unary':
      return `(${e.op}${shape(e.value)})`
    case 'binary':
      return `(${shape(e.left)} ${e.op} ${shape(e.right)})`
    case 'call':
      return `${e.callee.text}(${e.args.map(shape).join(', ')})`
    case 'let-in':
      return `(let ${e.name.text} = ${shape(e.value)} in ${shape(e.body)})`
    case 'fold':
      return `(fold ${e.name.text} = ${shape(e.initial)} for ${e.variable.text} in ${shape(e.from)}..${shape(e.to)}: ${shape(e.body)})`
    case 'reduce':
      return `${e.op}(${e.variable.text} in ${shape(e.from)}..${shape(e.to)}: ${shape(e.body)})`
  }
}

const expression = (text: string) => parseExpression({ name: 'e', text })

test.each([
  ['a || b && c', '(a || (b && c))'],
  ['a && b == c', '(a && (b == c))'],
  ['a < b + c', '(a < (b + c))'],
  ['a - b - c', '((a - b) - c)'],
  ['a - b * c', '(a - (b * c))'],
  ['a * b @ c / d % e', '((((a * b) @ c) / d) % e)'],
  ['a + b % c * d', '(a + ((b % c) * d))'],
  ['-a * b', '((-a) * b)'],
  ['-a^b', '(-(a ^ b))'],
  ['a^-b', '(a ^ (-b))'],
  ['a^b^c', '(a ^ (b ^ c))'],
  ['a^-b^c', '(a ^ (-(b ^ c)))'],
  ['a^b * c', '((a ^ b) * c)'],
  ['!a == b', '((!a) == b)'],
  ['--a', '(-(-a))'],
  ['a.T @ b[t-1].T', '(a.T @ b[(t - 1)].T)'],
  ['-S[t].T', '(-S[t].T)'],
  ['K^-0.5', '(K ^ (-0.5))'],
  ['1_000 + 1e-5', '(1000 + 1e-5)'],
  ['a * (b + c)', '(a * (b + c))'],
  ['a + fold X = b for j in 0..n: X + c', '(a + (fold X = b for j in 0..n: (X + c)))'],
  ['sum(s in t-w+1..t+1: k[s])', 'sum(s in ((t - w) + 1)..(t + 1): k[s])'],
  ['let x = a in x * x', '(let x = a in (x * x))'],
  ['where(x > 0, complex(0, 1), I)', 'where((x > 0), complex(0, 1), I)'],
])('%s is read as %s', (text, expected) => {
  const { expr, diagnostics } = expression(text)
  expect(diagnostics).toEqual([])
  expect(shape(expr)).toBe(expected)
})

test('every part of an expression knows its place', () => {
  const { expr } = expression('a + (b * c).T')
  const at = (e: Expr): string => e.span.source.text.slice(e.span.start, e.span.end)
  if (expr.kind !== 'binary' || expr.right.kind !== 'transpose') throw new Error('not a sum')
  expect([at(expr), at(expr.left), at(expr.right), at(expr.right.value)]).toEqual([
    'a + (b * c).T',
    'a',
    '(b * c).T',
    '(b * c)',
  ])
})

test('composed and decomposed letters make one name', () => {
  expect(shape(expression('e\u0301').expr)).toBe('\u00e9')
})

test.each([
  ['a + ', '(a + ?)'],
  ['a * * b', '((a * ?) * b)'],
  ['(a + b', '(a + b)'],
  ['f(a, )', 'f(a, ?)'],
  ['a[', 'a[?]'],
  ['-', '(-?)'],
  ['', '?'],
])('%s has something missing, and the rest is there', (text, expected) => {
  const { expr, diagnostics } = expression(text)
  expect(diagnostics).toHaveLength(1)
  expect(shape(expr)).toBe(expected)
})

const mixer = (text: string): Mixer => parse({ name: 'm', text }).file.items[0] as Mixer

test('a doc comment belongs to the declaration below it', () => {
  const found = mixer(
    '/// One.\n///\n/// Two.\nmixer a {\n  dim K /// not of V\n\n  /// The query.\n  // aside\n  input q: vec<K>\n}',
  )
  expect(found.doc).toBe('One.\n\nTwo.')
  expect(found.docSpan).toMatchObject({ start: 0, end: 21 })
  expect(found.members.map((member) => member.kind !== 'for' && member.doc)).toEqual([
    undefined,
    'The query.',
  ])
})

test('a mixer whose head or members are broken keeps the others', () => {
  const found = mixer('mixer { dim K\n input q vec<K>\n let x = \n S[t] = q\n output o: vec<K> = x }')
  expect(found.name.text).toBe('')
  expect(found.members.map((member) => member.kind)).toEqual(['dim', 'input', 'let', 'update', 'output'])
})

test('ranges know which ends are open', () => {
  const [input] = mixer('mixer a { input b: scalar in (-inf, 0] }').members
  expect(input).toMatchObject({
    range: { fromOpen: true, toOpen: false, from: { kind: 'unary' }, to: { text: '0' } },
  })
})
