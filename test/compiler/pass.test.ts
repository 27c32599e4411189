import { expect, test } from 'vitest'
import { bug, runPasses, type Language, type Pass } from '../../compiler/pass.ts'

/** A language of whole numbers; negative ones are a fault. */
const numbers: Language<number> = {
  print: String,
  verify: (n) => (n < 0 ? [`${n} is negative`] : []),
}
const add = (by: number): Pass<number> => ({ name: `add ${by}`, run: (n) => n + by })

test('passes run in order, and the trace tells what each changed', () => {
  expect(runPasses(numbers, [add(2), add(0), add(3)], 1)).toEqual({
    program: 6,
    trace: [
      { pass: 'add 2', text: '3', changed: true },
      { pass: 'add 0', text: '3', changed: false },
      { pass: 'add 3', text: '6', changed: true },
    ],
  })
})

test('no passes change nothing', () => {
  expect(runPasses(numbers, [], 1)).toEqual({ program: 1, trace: [] })
})

test('a pass that breaks the program is named', () => {
  expect(() => runPasses(numbers, [add(1), add(-5), add(9)], 1)).toThrow(
    /add -5 broke the program: -3 is negative/,
  )
})

test('a fault of ours says so', () => {
  expect(() => bug('the sky fell')).toThrow('this is a fault of Mix, please report it: the sky fell')
})
