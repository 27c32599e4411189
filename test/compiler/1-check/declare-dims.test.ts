import { expect, test } from 'vitest'
import { keepsTo } from '../../../compiler/1-check/declare-dims.ts'
import { printExpr } from '../../../compiler/1-check/print.ts'
import { apply, dim, number, printSize } from '../../../compiler/1-check/size.ts'
import { checked, layerOf } from '../../support/layer.ts'

test('defaults are in earlier dims, and a dim may have none', () => {
  const { dims } = layerOf('mixer a { dim K = 4, D = 2 * K, n output o: scalar = 1 }')
  expect(dims.map((d) => [d.name, d.value && printSize(d.value)])).toEqual([
    ['K', '4'],
    ['D', '2*K'],
    ['n', undefined],
  ])
})

test('conditions are about dims', () => {
  expect(
    layerOf('mixer a { dim K = 4 where K % 2 == 0 output o: scalar = 1 }').conditions.map((c) =>
      printExpr(c),
    ),
  ).toEqual(['K % 2 == 0'])
  const codes = (where: string): readonly string[] =>
    checked(`mixer a { dim K = 4 where ${where} input k: vec<K> output o: scalar = 1 }`).diagnostics.map(
      (d) => d.code,
    )
  expect(codes('K')).toEqual(['not-a-condition'])
  expect(codes('norm(k) > 0')).toEqual(['unknown-name'])
})

test('that a dim keeps to what it is computed from, as a condition', () => {
  const span = { source: { name: '', text: '' }, start: 0, end: 0 }
  expect(printExpr(keepsTo('D', { size: apply('*', number(2), dim('K')), span }))).toBe('D == (2*K)')
})
