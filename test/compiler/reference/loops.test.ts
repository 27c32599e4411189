import fc from 'fast-check'
import { expect, test } from 'vitest'
import { float64 } from '../../../compiler/float64.ts'
import { loopsOver } from '../../../compiler/reference/loops.ts'

/** Another name takes the loops that go through the domain. */
const slow = loopsOver({ ...float64, name: 'slow' })
const fast = loopsOver(float64)
const small = fc.integer({ min: -8, max: 8 })

test('the loops on doubles are those of the domain', () => {
  const sizes = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 4 })))
  fc.assert(
    fc.property(sizes, fc.array(small, { minLength: 32, maxLength: 32 }), ([rows, inner, cols], x) => {
      const [a, b] = [x.slice(0, rows * inner), x.slice(16, 16 + inner * cols)]
      expect(fast.product(a, b, rows, inner, cols)).toEqual(slow.product(a, b, rows, inner, cols))
      for (const op of ['add', 'subtract', 'multiply', 'divide'] as const) {
        const other = x.slice(16, 16 + a.length)
        expect(fast[op](a, other)).toEqual(slow[op](a, other))
        expect(fast[op]([x[0]], other)).toEqual(slow[op]([x[0]], other))
        expect(fast[op](a, [x[1]])).toEqual(slow[op](a, [x[1]]))
      }
    }),
  )
})
