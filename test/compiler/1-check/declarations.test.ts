import { expect, test } from 'vitest'
import { declarationsOf } from '../../../compiler/1-check/declarations.ts'
import { collector } from '../../../compiler/1-check/report.ts'
import { parse } from '../../../grammar/parse.ts'

const declarations = (members: string) => {
  const [mixer] = parse({ name: 'a.mix', text: `mixer a { ${members} }` }).file.items
  if (mixer.kind !== 'mixer') throw new Error('a mixer was expected')
  const { report, diagnostics } = collector()
  return { found: declarationsOf(mixer, report), codes: diagnostics.map((d) => d.code) }
}

test('members by kind, those of a for with their loop', () => {
  const { found, codes } =
    declarations(`dim K = 4 input k: vec<K> param u: vec<K> state S: vec<K>[2] let a = k
    for m in 0..2 { let b[m] = k S[m][t] = b[m] } output o: vec<K> = a`)
  expect(codes).toEqual([])
  expect(found.lets.map(({ member, loop }) => [member.name.text, loop?.variable.text])).toEqual([
    ['a', undefined],
    ['b', 'm'],
  ])
  expect(found.updates.map(({ loop }) => loop?.variable.text)).toEqual(['m'])
  expect(
    [found.dims, found.inputs, found.params, found.states, found.outputs].map((list) => list.length),
  ).toEqual([1, 1, 1, 1, 1])
})

test('of a name declared twice the first counts', () => {
  const { found, codes } = declarations(
    'input a, b: scalar input b, c: scalar let a = 1 output c: scalar = 1',
  )
  expect(codes).toEqual(['duplicate-name', 'duplicate-name', 'duplicate-name'])
  expect(found.inputs.map((input) => input.names.map((n) => n.text))).toEqual([['a', 'b'], ['c']])
  expect([found.lets, found.outputs]).toEqual([[], []])
})

test('a for holds lets and updates', () => {
  expect(
    declarations('for m in 0..2 { input k: scalar output o: scalar = 1 for n in 0..2 { let x = 1 } }').codes,
  ).toEqual(['not-inside-for', 'not-inside-for', 'not-inside-for'])
})
