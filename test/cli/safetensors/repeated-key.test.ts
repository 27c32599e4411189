import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatedKey } from '../../../cli/safetensors/repeated-key.ts'

test.each([
  ['{"a":1,"a":2}', 'a'],
  ['{"a":{"b":1,"c":[],"b":2}}', 'b'],
  ['{"a":[{"x":1},{"x":1}],"a":0}', 'a'],
  ['{"\\u0061":1,"a":2}', 'a'],
  ['{"a\\"":1,"b":"a\\"","a\\"":2}', 'a"'],
  ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ['{"a":"a","b":"a"}', undefined],
  ['{"a":{"a":{"a":1}}}', undefined],
  ['[{"a":1},{"a":2}]', undefined],
  ['{"a":["a","a"]}', undefined],
  ['{"a":"\\\\","b":"{\\"a\\":1,"}', undefined],
  ['"a"', undefined],
])('%s', (json, key) => {
  JSON.parse(json)
  expect(repeatedKey(json)).toBe(key)
})

test('what JSON.stringify writes has no key twice', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => repeatedKey(JSON.stringify(value, null, 1)) === undefined))
})
