import { expect, test } from 'vitest'
import type { Expr, Statement } from '../../../compiler/4-lower/loop-ir.ts'
import {
  arrayNames,
  everyExpression,
  everyStatement,
  valueNames,
  operands,
  rewriteStatement,
  withOperands,
} from '../../../compiler/4-lower/walk.ts'
import { everyForm, i, matrixProduct, n } from './programs.ts'

test('operands and withOperands agree for every kind of expression', () => {
  const kinds = new Set<string>()
  everyExpression(everyForm.body, (e) => {
    kinds.add(e.kind)
    const seen: Expr[] = []
    const same = withOperands(e, (operand) => {
      seen.push(operand)
      return operand
    })
    expect(same).toEqual(e)
    expect(seen).toHaveLength(operands(e).length)
    for (const operand of operands(e)) expect(seen).toContain(operand)
  })
  expect(kinds.size).toBe(15)
})

test('everyStatement comes to both branches', () => {
  const store = (value: number): Statement => ({ kind: 'store', array: 'y', index: i(value), value: i(0) })
  const seen: unknown[] = []
  everyStatement([{ kind: 'if', condition: n('c'), then: [store(1)], else: [store(2)] }], (s) => seen.push(s))
  expect(seen).toContainEqual(store(1))
  expect(seen).toContainEqual(store(2))
})

test('arrays and values have names of their own', () => {
  expect(arrayNames(matrixProduct)).toEqual(['a', 'b', 'c', 'left', 'right', 'sum'])
  expect([...valueNames(matrixProduct)]).toEqual([
    'size',
    'tile',
    'e',
    'row',
    'col',
    'p',
    'cell',
    'total',
    'k',
  ])
})

test('rewriteStatement reaches every part', () => {
  const before: Statement = {
    kind: 'if',
    condition: n('old'),
    then: [
      {
        kind: 'for',
        variable: 'j',
        from: n('old'),
        to: n('old'),
        body: [{ kind: 'assign', name: 'old', value: n('old') }],
      },
    ],
    else: [{ kind: 'store', array: 'old', index: n('old'), value: n('old') }],
  }
  const after = rewriteStatement(before, {
    expr: () => n('new'),
    name: () => 'new',
    place: (_, index) => ({ array: 'new', index }),
  })
  expect(JSON.stringify(after)).not.toContain('old')
})
