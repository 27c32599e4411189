import fc from 'fast-check'
import type { Expr, LoopProgram, Statement } from '../../../compiler/4-lower/loop-ir.ts'
import { at, each, i, n, op, program, region, store } from './programs.ts'

/**
 * Random programs whose numbers stay whole and small, so that every evaluation is exact and rewrites can be compared
 * to the last bit. They read `x` (16 whole numbers) and write `y` (16 numbers).
 */
export const randomProgram: fc.Arbitrary<LoopProgram> = fc
  .tuple(
    fc.integer({ min: 0, max: 3 }),
    fc.constant(null).chain(() => statementList),
  )
  .map(([loops, statements]) =>
    program({
      bindings: [
        { name: 'x', element: 'f32', access: 'read' },
        { name: 'y', element: 'f32', access: 'read_write' },
      ],
      uniforms: ['u'],
      workgroupSize: 4,
      private: [{ name: 's', element: 'f32', size: 3 }],
      body: [
        region('compute', {
          kind: 'for',
          variable: 'p',
          from: i(0),
          to: i(loops),
          unroll: true,
          body: [
            { kind: 'let', name: 'a', type: 'f32', value: at('s', n('p')) },
            { kind: 'let', name: 'k', type: 'i32', value: op(n('p'), '*', i(2)) },
            { kind: 'let', name: 'unused', type: 'i32', value: n('k') },
            { kind: 'var', name: 'w', type: 'f32', value: n('a') },
            ...statements,
            store('s', n('p'), n('w')),
          ],
        }),
        region(
          'write',
          each(
            'e',
            i(4),
            ...[0, 1, 2].map((slot) => store('y', op(op(n('e'), '*', i(3)), '+', i(slot)), at('s', i(slot)))),
          ),
        ),
      ],
    }),
  )

const whole: fc.Arbitrary<Expr> = fc.letrec<{ e: Expr }>((tie) => ({
  e: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: 0, max: 3 }).map(i),
    fc.constantFrom('p', 'k', 'lane', 'u').map(n),
    fc.tuple(tie('e'), fc.constantFrom('+' as const, '*' as const), tie('e')).map(([a, o, b]) => op(a, o, b)),
    fc
      .tuple(tie('e'), fc.constantFrom('/' as const, '%' as const), fc.integer({ min: 1, max: 3 }))
      .map(([a, o, b]) => op(a, o, i(b))),
    fc.tuple(tie('e'), tie('e')).map(([left, right]): Expr => ({ kind: 'int-max', left, right })),
  ),
})).e

const condition: fc.Arbitrary<Expr> = fc.letrec<{ e: Expr }>((tie) => ({
  e: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.boolean().map((value): Expr => ({ kind: 'bool', value })),
    fc
      .tuple(whole, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), whole)
      .map(([a, o, b]) => op(a, o as '<', b)),
    fc.tuple(tie('e'), fc.constantFrom('&&', '||'), tie('e')).map(([a, o, b]) => op(a, o as '&&', b)),
    tie('e').map((value): Expr => ({ kind: 'not', value })),
  ),
})).e

const realNumber: fc.Arbitrary<Expr> = fc.letrec<{ e: Expr }>((tie) => ({
  e: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .integer({ min: -2, max: 2 })
      .map((v): Expr => ({ kind: 'real', value: { numerator: BigInt(v), denominator: 1n } })),
    fc.constantFrom('a', 'w').map(n),
    whole.map((index) => at('x', op(index, '%', i(16)))),
    whole.map((value): Expr => ({ kind: 'real-of', value })),
    fc.tuple(tie('e'), fc.constantFrom('+', '-', '*'), tie('e')).map(([a, o, b]) => op(a, o as '+', b)),
    tie('e').map((value): Expr => ({ kind: 'negate', value })),
    fc
      .tuple(condition, tie('e'), tie('e'))
      .map(([c, a, b]): Expr => ({ kind: 'select', condition: c, then: a, else: b })),
  ),
})).e

// Kept between −1 and 1 after each step, so that products of many cannot leave the exact range.
const assign: fc.Arbitrary<Statement> = realNumber.map((value) => ({
  kind: 'assign',
  name: 'w',
  value: { kind: 'call', fn: 'sign', args: [value] },
}))

const statementList: fc.Arbitrary<readonly Statement[]> = fc.array(
  fc.oneof(
    assign,
    fc
      .tuple(condition, assign, assign)
      .map(([c, a, b]): Statement => ({ kind: 'if', condition: c, then: [a], else: [b] })),
    fc.tuple(condition, assign).map(([c, a]): Statement => ({ kind: 'if', condition: c, then: [a] })),
    fc
      .tuple(fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.boolean(), assign)
      .map(([times, down, unroll, a]): Statement => ({
        kind: 'for',
        variable: 'j',
        from: i(0),
        to: i(times),
        down,
        unroll,
        body: [a, { kind: 'assign', name: 'w', value: op(n('w'), '+', { kind: 'real-of', value: n('j') }) }],
      })),
  ),
  { maxLength: 5 },
)
