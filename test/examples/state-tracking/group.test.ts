import { expect, test } from 'vitest'
import { groupOf, nearestElement } from '../../../examples/state-tracking/group.ts'

const mirror = groupOf(2, [{ name: 'mirror', keys: [[1, 0]] }])

test('one reflection makes a group of two', () => {
  expect(mirror.elements).toEqual([
    [1, 0, 0, 1],
    [-1, 0, 0, 1],
  ])
  expect(mirror.table).toEqual([[1, 0]])
})

test('the nearest element is found through noise, and is the identity for zeros', () => {
  expect(nearestElement(mirror, [-0.6, 0.2, 0.1, 0.9])).toBe(1)
  expect(nearestElement(mirror, [0, 0, 0, 0])).toBe(0)
})
