import { expect, test } from 'vitest'
import { printExpr } from '../../../compiler/1-check/print.ts'
import { bind, type Scope } from '../../../compiler/1-check/scope.ts'
import { dim, number, printSize } from '../../../compiler/1-check/size.ts'
import { extremesOf, variablesIn, wholeExpr, wholeOf } from '../../../compiler/1-check/whole.ts'
import { parse } from '../../../grammar/parse.ts'
import { emptyScope } from '../../support/scope.ts'

const scope: Scope = bind(
  bind(
    {
      ...emptyScope(),
      declared: new Map([['K', { kind: 'dim', span: { source: { name: '', text: '' }, start: 0, end: 0 } }]]),
    },
    'j',
    { kind: 'variable', name: 'j_2', from: number(0), to: dim('K'), tokens: false },
  ),
  'N',
  { kind: 'size', size: dim('K') },
)

const read = (text: string) => {
  const { file } = parse({ name: 'a.mix', text: `fn f(x: scalar): scalar = x[${text}]` })
  const [fn] = file.items
  if (fn.kind !== 'fn' || fn.body.kind !== 'index') throw new Error('an index was expected')
  return fn.body.index
}
const size = (text: string): string | undefined => {
  const found = wholeOf(read(text), scope)
  return found && printSize(found)
}

test.each([
  ['3', '3'],
  ['2 * K - 1', '2*K - 1'],
  ['N + K', '2*K'],
  ['K / 2 % 3', '((K/2)%3)'],
  ['K ^ 2', 'K*K'],
  ['-j', '-j_2'],
  ['t - j', '-j_2 + t'],
  ['end', 'end'],
])('%s is the whole number %s', (text, expected) => {
  expect(size(text)).toBe(expected)
})

test.each(['0.5', 'x', 'exp(1)', 'K / 0', 'K ^ j', 'K > 1'])(
  '%s is none that is known before any token',
  (text) => {
    expect(size(text)).toBeUndefined()
  },
)

const back = (text: string): string => {
  const expr = read(text)
  return printExpr(wholeExpr(wholeOf(expr, scope)!, scope, expr.span))
}

test('as an expression: sizes stay sizes, the rest is arithmetic', () => {
  expect(back('2 * K - 1')).toBe('(2*K - 1)')
  expect(back('j + 1')).toBe('j_2 + 1')
  expect(back('t - j')).toContain('pos')
  expect(back('j / 2')).toBe('floor(j_2 / 2)')
  expect(back('j - j')).toBe('0')
})

test('the least and largest value over the loops', () => {
  const { least, largest } = extremesOf(wholeOf(read('2 * j + 1'), scope)!, scope)
  expect([printSize(least!), printSize(largest!)]).toEqual(['1', '2*K - 1'])
  const falling = extremesOf(wholeOf(read('3 - j'), scope)!, scope)
  expect([printSize(falling.least!), printSize(falling.largest!)]).toEqual(['-K + 4', '3'])
  expect(extremesOf(wholeOf(read('j * j'), scope)!, scope).largest).toBeUndefined()
})

test('the variables in scope, by their unique names', () => {
  expect([...variablesIn(scope).keys()]).toEqual(['j_2'])
})
