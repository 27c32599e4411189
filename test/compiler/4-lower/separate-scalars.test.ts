import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Expr, LoopProgram } from '../../../compiler/4-lower/loop-ir.ts'
import { separateScalars } from '../../../compiler/4-lower/separate-scalars.ts'
import { simplify } from '../../../compiler/4-lower/simplify.ts'
import { unroll } from '../../../compiler/4-lower/unroll.ts'
import { verify } from '../../../compiler/4-lower/verify.ts'
import { at, i, n, program, region, store } from './programs.ts'
import { randomProgram } from './random-program.ts'
import { interpreted } from './run.ts'

const kernel = (index: Expr): LoopProgram =>
  program({
    bindings: [{ name: 'y', element: 'f32', access: 'read_write' }],
    private: [
      { name: 's', element: 'f32', size: 2 },
      { name: 'one', element: 'f32', size: 1 },
    ],
    body: [region('', store('s', i(1), at('s', i(0))), store('y', n('lane'), at('s', index)))],
  })

test.each<[string, Expr]>([
  ['a variable', n('lane')],
  ['a literal out of bounds', i(2)],
])('leaves an array that is indexed by %s', (_, index) => {
  const before = kernel(index)
  expect(separateScalars.run(before)).toBe(before)
})

test('takes an array apart that only literals index', () => {
  const after = separateScalars.run(kernel(i(1)))
  expect(after.private.map(({ name, size }) => `${name}[${size}]`)).toEqual(['s_0[1]', 's_1[1]', 'one[1]'])
  expect(after.body).toEqual([
    region('', store('s_1', i(0), at('s_0', i(0))), store('y', n('lane'), at('s_1', i(0)))),
  ])
})

test('keeps the meaning of random programs', () => {
  const x = Float32Array.from({ length: 16 }, (_, e) => (e % 5) - 2)
  const run = (p: LoopProgram) => interpreted(p, { x, y: new Float32Array(12) }, 'y', { u: 2 })
  let separated = 0
  fc.assert(
    fc.property(randomProgram, (random) => {
      const before = simplify.run(unroll.run(random))
      const after = separateScalars.run(before)
      if (after !== before) separated++
      expect(verify(after)).toEqual([])
      expect(run(after)).toEqual(run(before))
    }),
    { numRuns: 200 },
  )
  expect(separated).toBeGreaterThan(50)
})
