import { expect, test } from 'vitest'
import { fit, placeholder } from '../../../compiler/1-check/fit.ts'
import type { Expr, Type } from '../../../compiler/1-check/layer.ts'
import { collector } from '../../../compiler/1-check/report.ts'
import { dim } from '../../../compiler/1-check/size.ts'
import { scalar, vector } from '../../../compiler/1-check/types.ts'
import { emptyScope } from '../../support/scope.ts'

const span = { source: { name: 'a.mix', text: '' }, start: 0, end: 0 }
const [K, V] = [dim('K'), dim('V')]
const fitted = (given: Type, wanted: Type): string => {
  const { report, diagnostics } = collector()
  const value: Expr = given === scalar ? { kind: 'position', type: scalar, span } : placeholder(given, span)
  const found = fit(value, wanted, 'the output o', span, emptyScope(report))
  return found ? found.kind : diagnostics.map((d) => d.code).join()
}

test('what has the type fits, a real in a complex place too', () => {
  expect(fitted(vector(K), vector(K))).toBe('identity')
  expect(fitted(vector(K), vector(K, 'complex'))).toBe('identity')
})

test('a scalar is spread', () => {
  expect(fitted(scalar, vector(K))).toBe('reduce')
})

test('another shape, or a complex value in a real place, does not fit', () => {
  expect(fitted(vector(V), vector(K))).toBe('shape-mismatch')
  expect(fitted(vector(K, 'complex'), vector(K))).toBe('complex-value')
})
