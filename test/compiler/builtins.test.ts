import { expect, test } from 'vitest'
import { builtins, scalarFunctions, type BuiltinName } from '../../compiler/builtins.ts'
import { doubleFunctions } from '../../compiler/float64.ts'

const rows = Object.entries(builtins) as [BuiltinName, (typeof builtins)[BuiltinName]][]

test.each(rows)(
  '%s is explained, and takes a number of things that can be',
  (_, { arity: [least, most], doc }) => {
    expect(doc).not.toBe('')
    expect(doc).not.toMatch(/\.$/)
    expect(least).toBeGreaterThan(0)
    expect(most).toBeGreaterThanOrEqual(least)
  },
)

test('the functions that kernels call are elementwise ones of the language, and expm1', () => {
  const elementwise = new Set<string>(
    rows.flatMap(([name, { sort }]) => (sort === 'elementwise' ? [name] : [])),
  )
  expect(scalarFunctions.filter((name) => !elementwise.has(name))).toEqual(['expm1'])
  // A choice is a node of its own in the kernel IR.
  expect([...elementwise].filter((name) => !(scalarFunctions as readonly string[]).includes(name))).toEqual([
    'where',
  ])
  expect(new Set(scalarFunctions).size).toBe(scalarFunctions.length)
})

test('each of them has a meaning in doubles', () => {
  expect(Object.keys(doubleFunctions).sort()).toEqual([...scalarFunctions].sort())
})
