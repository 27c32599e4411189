import { expect, test } from 'vitest'
import { largestRows } from '../../../compiler/3-plan/largest-rows.ts'

test('a column of so many rows leaves room in the 8 KiB that an invocation has', () => {
  expect(4 * largestRows).toBeLessThan(8192 - 256)
})
