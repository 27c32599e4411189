import fc from 'fast-check'
import type { Expr, File, Fn, Item, Member, Mixer, Name, Range, Type, Use } from '../../grammar/ast.ts'
import { precedence } from '../../grammar/to-ast.ts'

const source = { name: 'random.mix', text: '' }
const span = { source, start: 0, end: 0 }

const word = fc.constantFrom(
  'S',
  'k',
  'v',
  'q0',
  'log_alpha',
  'φ',
  'T',
  'vec',
  'scalar',
  'tt',
  'inform',
  '𝛼',
  'std',
  '_x',
)
const name: fc.Arbitrary<Name> = word.map((text) => ({ text, span }))
const names = fc.array(name, { minLength: 1, maxLength: 3 })
const number = fc
  .constantFrom('0', '1', '64', '0.5', '1e-5', '2.5E+3', '1000')
  .map((text) => ({ kind: 'number' as const, span, text }))

const operators = Object.keys(precedence) as (keyof typeof precedence)[]

/** Any expression that has a spelling. */
export const expressions: fc.Arbitrary<Expr> = fc.letrec<{ expr: Expr }>((tie) => {
  const expr = tie('expr')
  const leaf: fc.Arbitrary<Expr> = fc.oneof(
    number,
    name.map(({ text }) => ({ kind: 'name' as const, span, name: text })),
    fc.constantFrom('t' as const, 'end' as const).map((at) => ({ kind: 'time' as const, span, at })),
    fc.constantFrom<Expr>({ kind: 'infinity', span }, { kind: 'identity', span }),
    fc.boolean().map((value) => ({ kind: 'bool' as const, span, value })),
  )
  const loop = { variable: name, from: expr, to: expr, body: expr }
  return {
    expr: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      leaf,
      fc.record({
        kind: fc.constant('binary' as const),
        span: fc.constant(span),
        op: fc.constantFrom(...operators),
        left: expr,
        right: expr,
      }),
      fc.record({
        kind: fc.constant('unary' as const),
        span: fc.constant(span),
        op: fc.constantFrom('-' as const, '!' as const),
        value: expr,
      }),
      fc.record({ kind: fc.constant('index' as const), span: fc.constant(span), value: expr, index: expr }),
      fc.record({ kind: fc.constant('transpose' as const), span: fc.constant(span), value: expr }),
      fc.record({
        kind: fc.constant('call' as const),
        span: fc.constant(span),
        callee: fc.oneof(
          name,
          fc.constantFrom('where', 'complex', 'sum').map((text) => ({ text, span })),
        ),
        args: fc.array(expr, { maxLength: 3 }),
      }),
      fc.record({
        kind: fc.constant('reduce' as const),
        span: fc.constant(span),
        op: fc.constantFrom('sum' as const, 'max' as const, 'min' as const, 'concat' as const),
        ...loop,
      }),
      fc.record({
        kind: fc.constant('fold' as const),
        span: fc.constant(span),
        name,
        initial: expr,
        ...loop,
      }),
      fc.record({
        kind: fc.constant('let-in' as const),
        span: fc.constant(span),
        name,
        value: expr,
        body: expr,
      }),
    ),
  }
}).expr as fc.Arbitrary<Expr>

const optional = <T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.oneof(
    fc.constant({}),
    value.map((v) => ({ [key]: v })),
  )

/** Several parts that may be there, as one. */
const parts = (...some: fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...some).map((list) => Object.assign({}, ...list) as object)

const doc = optional('doc', fc.constantFrom('A line.', 'Two\n\nlines of $x$.', 'kin: gla'))

const types: fc.Arbitrary<Type> = fc
  .tuple(
    fc.boolean(),
    fc.constantFrom('scalar' as const, 'vec' as const, 'mat' as const),
    expressions,
    expressions,
    optional('count', expressions),
  )
  .map(([complex, base, a, b, count]) => ({
    kind: 'type',
    span,
    complex,
    base,
    sizes: { scalar: [], vec: [a], mat: [a, b] }[base],
    ...count,
  }))

const range: fc.Arbitrary<Range> = fc.record({
  span: fc.constant(span),
  from: expressions,
  to: expressions,
  fromOpen: fc.boolean(),
  toOpen: fc.boolean(),
})

const member = (depth: number): fc.Arbitrary<Member> => {
  const one = <T extends object>(
    kind: Member['kind'],
    required: fc.Arbitrary<T>,
    ...some: fc.Arbitrary<object>[]
  ) => parts(doc, required, ...some).map((all) => ({ kind, span, ...all }) as unknown as Member)
  const port = fc.record({ names, type: types })
  const leaf = [
    one(
      'dim',
      fc.record({
        dims: fc.array(parts(fc.record({ name }), optional('value', expressions)), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
      optional('where', expressions),
    ),
    one('input', port, optional('range', range), optional('over', name), optional('where', expressions)),
    one('param', port, optional('range', range), optional('where', expressions)),
    one('state', port, optional('initial', expressions)),
    one(
      'let',
      fc.record({ name, value: expressions }),
      optional('index', expressions),
      optional('type', types),
    ),
    one(
      'update',
      fc.record({
        state: name,
        indices: fc.array(expressions, { minLength: 1, maxLength: 2 }),
        value: expressions,
      }),
    ),
    one('output', fc.record({ name, type: types, value: expressions }), optional('over', name)),
  ]
  if (depth === 0) return fc.oneof(...leaf)
  const loop = fc.record({
    kind: fc.constant('for' as const),
    span: fc.constant(span),
    variable: name,
    from: expressions,
    to: expressions,
    members: fc.array(member(depth - 1), { maxLength: 3 }),
  })
  return fc.oneof(...leaf, loop)
}

const mixer = parts(
  doc,
  fc.record({ recurrent: fc.boolean(), name, members: fc.array(member(1), { maxLength: 5 }) }),
).map((all) => ({ kind: 'mixer', span, ...all }) as Mixer)

const fn = parts(
  doc,
  fc.record({
    name,
    sizes: fc.array(name, { maxLength: 2 }),
    parameters: fc.array(fc.record({ name, type: types }), { maxLength: 3 }),
    body: expressions,
  }),
  optional('result', types),
).map((all) => ({ kind: 'fn', span, ...all }) as Fn)

const use = parts(
  doc,
  fc.record({
    names,
    path: fc.constantFrom(
      { text: './maps.mix', standard: false, span },
      { text: 'std.maps', standard: true, span },
    ),
  }),
).map((all) => ({ kind: 'use', span, ...all }) as Use)

/** Any file that has a spelling. */
export const files: fc.Arbitrary<File> = fc
  .array(fc.oneof<fc.Arbitrary<Item>[]>(mixer, fn, use), { maxLength: 3 })
  .map((items) => ({ kind: 'file', source, span, items }))

/** A tree without the places it came from: what two spellings of the same have in common. */
export const withoutSpans = (tree: unknown): unknown =>
  JSON.parse(
    JSON.stringify(tree, (key, value: unknown) =>
      key === 'span' || key === 'docSpan' || key === 'source' ? undefined : value,
    ),
  )
