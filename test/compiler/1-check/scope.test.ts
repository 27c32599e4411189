import { expect, test } from 'vitest'
import { bind } from '../../../compiler/1-check/scope.ts'
import { number } from '../../../compiler/1-check/size.ts'
import { emptyScope } from '../../support/scope.ts'

test('a name bound further in hides the one outside, and leaves it as it was', () => {
  const outer = bind(emptyScope(), 'x', { kind: 'size', size: number(1) })
  const inner = bind(outer, 'x', { kind: 'size', size: number(2) })
  expect([outer, inner].map((scope) => scope.bindings.get('x'))).toMatchObject([
    { size: number(1) },
    { size: number(2) },
  ])
})
