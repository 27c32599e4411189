import { expect, test } from 'vitest'
import { printTable } from '../../../examples/shared/table.ts'

test('columns are as wide as their widest cell, numbers to the right', () => {
  expect(
    printTable([
      ['layer', 'right'],
      ['gla', '7 %'],
      ['delta_net', '100 %'],
    ]),
  ).toBe(['layer      right', '────────────────', 'gla          7 %', 'delta_net  100 %'].join('\n'))
})
