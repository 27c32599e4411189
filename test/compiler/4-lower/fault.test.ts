import { expect, test } from 'vitest'
import { describeFault } from '../../../compiler/4-lower/fault.ts'

test('a fault names program, region, array, index, lanes and workgroup', () => {
  const place = { program: 'chunk-state', region: 'decay', array: 'w', index: 3, group: [1, 0, 2] as const }
  expect(describeFault({ ...place, kind: 'race', lanes: [0, 5] })).toBe(
    'chunk-state, region "decay": w[3] is written by one invocation and touched by another, ' +
      'without a barrier between (lane 0 and 5, group 1, 0, 2)',
  )
})
