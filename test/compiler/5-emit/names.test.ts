import { expect, test } from 'vitest'
import { spellNames } from '../../../compiler/5-emit/names.ts'
import { each, i, program, region } from '../4-lower/programs.ts'

const binding = (name: string) => ({ name, element: 'f32', access: 'read' }) as const

const spell = (names: readonly string[], reserved: readonly string[] = []) => {
  const body = [region('', ...names.map((name) => each(name, i(1))))]
  return names.map(spellNames(program({ body }), new Set(reserved)).value)
}

test('plain names stay as they are', () => {
  expect(spell(['q', 'log_alpha', 'X2'])).toEqual(['q', 'log_alpha', 'X2'])
})

test('what no target takes is spelled nearby', () => {
  expect(spell(['state.S', 'β', '_x', 'a__b', 'mix_exp'])).toEqual([
    'state_S',
    'u3b2',
    'n_x',
    'na_b',
    'nmix_exp',
  ])
})

test('reserved words are avoided', () => {
  expect(spell(['var', 'varx'], ['var'])).toEqual(['varx', 'varxx'])
})

test('different names stay different', () => {
  const names = ['a.b', 'a_b', 'a_bx', 'lane.x', 'group.x', 'group_x', 'u3b2', 'β']
  expect(new Set(spell(names)).size).toBe(names.length)
})

test('an array and a value of one name are told apart', () => {
  const both = program({ bindings: [binding('o'), binding('lane')], body: [region('', each('o', i(1)))] })
  const { array, value } = spellNames(both, new Set())
  expect(['o', 'lane'].map(array)).toEqual(['o', 'lane'])
  expect(['o', 'lane'].map(value)).toEqual(['ox', 'lanex'])
})

test('a name that is not there is a fault of ours', () => {
  expect(() => spellNames(program({ body: [] }), new Set()).value('nobody')).toThrow(/fault of Mix/)
})
