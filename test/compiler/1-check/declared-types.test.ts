import { expect, test } from 'vitest'
import { sizeOf, typeOf } from '../../../compiler/1-check/declared-types.ts'
import { collector } from '../../../compiler/1-check/report.ts'
import { printSize } from '../../../compiler/1-check/size.ts'
import { printType } from '../../../compiler/1-check/types.ts'
import type { Type } from '../../../grammar/ast.ts'
import { parse } from '../../../grammar/parse.ts'
import { emptyScope } from '../../support/scope.ts'

const written = (text: string): Type => {
  const [fn] = parse({ name: 'a.mix', text: `fn f(x: ${text}): scalar = 1` }).file.items
  if (fn.kind !== 'fn') throw new Error('a function was expected')
  return fn.parameters[0].type
}
const scopeOf = (collected = collector()) => {
  const scope = emptyScope(collected.report)
  const span = { source: { name: '', text: '' }, start: 0, end: 0 }
  return {
    ...scope,
    declared: new Map([
      ['K', { kind: 'dim', span }],
      ['k', { kind: 'input', span }],
    ] as const),
  }
}
const read = (text: string): string => {
  const collected = collector()
  const found = typeOf(written(text), scopeOf(collected))
  return found ? printType(found) : collected.diagnostics.map((d) => d.code).join()
}

test.each([
  ['scalar', 'scalar'],
  ['vec<2 * K>', 'vec<2*K>'],
  ['complex mat<K, K + 1>', 'complex mat<K, K + 1>'],
  ['vec<K>[3]', 'vec<K>[3]'],
  ['scalar[K]', 'scalar[K]'],
  ['vec<K - K>', 'size-not-positive'],
  ['vec<J>', 'unknown-name'],
  ['mat<I1, J>', 'unknown-name,unknown-name'],
  ['vec<k>', 'not-whole'],
  ['vec<K>[0.5]', 'not-whole'],
  ['vec<exp(1)>', 'not-whole'],
])('%s: %s', (text, expected) => {
  expect(read(text)).toBe(expected)
})

test('a size is made as short as it can be', () => {
  const [size] = written('vec<K + K - K>').sizes
  expect(printSize(sizeOf(size, scopeOf())!)).toBe('K')
})

test('what recovery left open is nothing, and no more is said', () => {
  const collected = collector()
  const span = { source: { name: '', text: '' }, start: 0, end: 0 }
  expect(sizeOf({ kind: 'missing', span }, scopeOf(collected))).toBeUndefined()
  expect(collected.diagnostics).toEqual([])
})
