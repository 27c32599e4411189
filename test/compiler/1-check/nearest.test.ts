import { expect, test } from 'vitest'
import { nearest } from '../../../compiler/1-check/nearest.ts'

const span = { source: { name: 'a.mix', text: 'kee' }, start: 0, end: 3 }

test('a name that is nearly another comes with help and a fix', () => {
  expect(nearest({ text: 'kee', span }, ['value', 'key'])).toEqual({
    help: 'did you mean key?',
    fix: { title: 'Write key', edits: [{ span, text: 'key' }] },
  })
})

test('a name that is near none comes with nothing', () => {
  expect(nearest({ text: 'kee', span }, ['value', 'beta'])).toEqual({})
})
