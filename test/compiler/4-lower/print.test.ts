import { expect, test } from 'vitest'
import { print, printExpr } from '../../../compiler/4-lower/print.ts'
import { at, call, i, n, op, r, reduction, scan } from './programs.ts'

test('a program reads from top to bottom', () => {
  expect(print(reduction)).toBe(`reduction: sums of rows
  in table.rows: i32[]
  in x: f32[]
  in out out: f32[]
  8 lanes
  shared part: f32[8]
  let first = table.rows[group.x * 2]
  let count = table.rows[group.x * 2 + 1]
  if count > 0
    region "sum what each lane sees"
      var sum: f32 = 0.
      each e in 0..count
        sum = sum + x[first + e]
      part[lane] = sum
    for level in 0..3
      region "halve"
        var reach: i32 = 4
        for s in 0..level
          reach = reach / 2
        if lane < reach
          part[lane] = part[lane] + part[lane + reach]
    region "store"
      if lane == 0
        out[group.x] = part[0]
`)
})

test('different programs print differently', () => {
  expect(print({ ...scan, workgroupSize: 16 })).not.toBe(print(scan))
  expect(print({ ...scan, uniforms: ['u'] })).not.toBe(print(scan))
  expect(print({ ...scan, private: scan.workgroup, workgroup: [] })).not.toBe(print(scan))
})

test.each([
  [op(op(n('a'), '-', n('b')), '-', n('c')), 'a - b - c'],
  [op(n('a'), '-', op(n('b'), '-', n('c'))), 'a - (b - c)'],
  [op(op(n('a'), '+', n('b')), '*', n('c')), '(a + b) * c'],
  [op(n('a'), '/', op(n('b'), '*', n('c'))), 'a / (b * c)'],
  [op(op(n('a'), '<', n('b')), '&&', op(n('c'), '||', n('d'))), 'a < b && (c || d)'],
  [{ kind: 'negate', value: op(n('a'), '+', n('b')) } as const, '-(a + b)'],
  [op({ kind: 'select', condition: n('c'), then: n('a'), else: n('b') }, '+', i(1)), '(c ? a : b) + 1'],
  [call('pow', at('x', i(0)), r('0.5')), 'pow(x[0], (1/2))'],
  [op({ kind: 'real-of', value: i(1) }, '*', r('1')), 'real(1) * 1.'],
])('parentheses stand only where they are needed: %#', (expr, text) => {
  expect(printExpr(expr)).toBe(text)
})
