import type * as ast from '../../grammar/ast.ts'
import type { Time } from './layer.ts'
import type { Declared, Scope } from './scope.ts'
import { coefficientOf, constantOf, dimsIn, negated, simplify, substitute, number } from './size.ts'
import { extremesOf, variablesIn, wholeExpr, wholeOf } from './whole.ts'

/**
 * Which token an index names.
 *
 *     t ⇒ now · t-n ⇒ earlier by n · t+1 ⇒ earlier by −1 · end ⇒ end · s ⇒ the token s of a window
 */
export const timeOf = (
  name: string,
  kind: Declared['kind'],
  index: ast.Expr,
  scope: Scope,
): Time | undefined => {
  const refuse = (why: string): undefined => {
    scope.report('time-index', { name, why }, index.span)
    return undefined
  }
  const size = wholeOf(index, scope)
  if (!size) return refuse('a step in time is a whole number made of sizes and loop variables')
  const names = dimsIn(size)
  const variables = variablesIn(scope)

  if (names.includes('end')) {
    if (names.length > 1 || size.kind !== 'dim') return refuse('of the end there is only `end` itself')
    return kind === 'state' ? { kind: 'end' } : refuse('only a state is read at the end')
  }
  const token = names.find((n) => variables.get(n)?.tokens)
  if (token !== undefined) {
    if (names.length > 1 || coefficientOf(size, token) !== 1 || !isBare(size, token))
      return refuse('in a sum over tokens it is read at the token of the sum')
    return kind === 'state' ? refuse('earlier states are not kept') : { kind: 'token', variable: token }
  }
  if (coefficientOf(size, 't') !== 1) return refuse('a token is named by t, or by t and a step')

  const offset = simplify(substitute(size, (n) => (n === 't' ? number(0) : undefined)))
  const by = simplify(negated(offset))
  const step = constantOf(by)
  if (step === 0) return { kind: 'now' }
  if (kind === 'state') {
    if (step !== 1 && step !== -1)
      return refuse('a state is there before a token and after it, not at others')
  } else {
    const { largest } = extremesOf(offset, scope)
    if (largest && (constantOf(largest) ?? 0) > 0) return refuse('it would look ahead')
  }
  return { kind: 'earlier', by: wholeExpr(by, scope, index.span) }
}

const isBare = (size: ReturnType<typeof simplify>, name: string): boolean => {
  const plain = simplify(size)
  return plain.kind === 'dim' && plain.name === name
}
