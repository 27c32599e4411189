import { expect, test } from 'vitest'
import { spellNames } from '../../../compiler/5-emit/names.ts'
import { each, i, program, region } from '../4-lower/programs.ts'

const spell = (names: readonly string[], reserved: readonly string[] = []) =>
  names.map(
    spellNames(program({ body: [region('', ...names.map((name) => each(name, i(1))))] }), new Set(reserved)),
  )

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
