import { expect, test } from 'vitest'
import { groupOf, elementOf } from '../../../examples/state-tracking/group.ts'

const mirror = groupOf(2, [{ name: 'mirror', keys: [[1, 0]] }])

test('one reflection makes a group of two', () => {
  expect(mirror.elements).toEqual([
    [1, 0, 0, 1],
    [-1, 0, 0, 1],
  ])
  expect(mirror.table).toEqual([[1, 0]])
})

test('an element is found through noise', () => {
  expect(elementOf(mirror, [-0.6, 0.2, 0.1, 0.9])).toBe(1)
})

test('a matrix that is as near to one element as to another says none', () => {
  expect(elementOf(mirror, [0, 0, 0, 0])).toBeUndefined()
  expect(elementOf(mirror, [1e-3, 0, 0, 1])).toBeUndefined()
})
