import { expect, test } from 'vitest'
import { add, int, load, mul, name, store } from '../../../compiler/4-lower/build.ts'
import type { Expr, LoopProgram } from '../../../compiler/4-lower/loop-ir.ts'
import { simulate } from '../../../compiler/4-lower/simulate.ts'
import { tiledProduct, type Product } from '../../../compiler/4-lower/tile.ts'
import { everyStatement } from '../../../compiler/4-lower/walk.ts'
import { program, region } from './programs.ts'
import { interpreted, memoryOf, numbers, one, type Buffers, type Uniforms } from './run.ts'

const inner = 7

const kernel = (
  rows: Expr,
  cols: Expr,
  tile: readonly [number, number],
  products: readonly Product[],
  width: number,
): LoopProgram =>
  program({
    bindings: [
      { name: 'a', element: 'f32', access: 'read' },
      { name: 'b', element: 'f32', access: 'read' },
      { name: 'c', element: 'f32', access: 'read_write' },
    ],
    uniforms: ['rows', 'cols'],
    body: [
      region(
        'a product',
        tiledProduct({
          rows,
          cols,
          tile,
          products,
          put: (row, col, sum) => [store('c', add(mul(row, int(width)), col), sum)],
        }),
      ),
    ],
  })

const product = (cols: number, parts: Partial<Product> = {}): Product => ({
  from: int(0),
  to: () => int(inner),
  left: (row, x) => load('a', add(mul(row, int(inner)), x)),
  right: (x, col) => load('b', add(mul(x, int(cols)), col)),
  ...parts,
})

const buffersOf = (rows: number, cols: number): Buffers => ({
  a: numbers(rows * inner),
  b: numbers(inner * cols, 2),
  c: new Float32Array(rows * cols),
})

/** a · b over the inner indices that a row takes. */
const productOf = (
  { a, b }: Buffers,
  rows: number,
  cols: number,
  takes: (row: number, x: number) => boolean = () => true,
): number[] =>
  Array.from({ length: rows * cols }, (_, at) => {
    const [row, col] = [Math.floor(at / cols), at % cols]
    let sum = 0
    for (let x = 0; x < inner; x++) if (takes(row, x)) sum += a[row * inner + x] * b[x * cols + col]
    return sum
  })

const expectRight = (
  made: LoopProgram,
  buffers: Buffers,
  wanted: readonly number[],
  uniforms: Uniforms,
): void => {
  const found = interpreted(made, buffers, 'c', uniforms)
  found.forEach((x, i) => expect(x).toBeCloseTo(wanted[i], 12))
  expect(simulate(made, memoryOf(made, buffers), uniforms, one)).toEqual([])
}

const sizes = [1, 2, 3, 4, 5, 7, 8, 9] as const
const tiles = [
  [1, 1],
  [4, 4],
  [3, 4],
  [4, 2],
] as const

test.each(tiles)('products of every ragged size in tiles of %i × %i', (down, across) => {
  for (const rows of sizes)
    for (const cols of sizes) {
      const buffers = buffersOf(rows, cols)
      const wanted = productOf(buffers, rows, cols)
      const told = kernel(int(rows), int(cols), [down, across], [product(cols)], cols)
      expectRight(told, buffers, wanted, { rows, cols })
      const found = kernel(name('rows'), name('cols'), [down, across], [product(cols)], cols)
      expectRight(found, buffers, wanted, { rows, cols })
    }
})

test('nothing is done where there are no rows or no columns', () => {
  const buffers = buffersOf(1, 1)
  for (const uniforms of [
    { rows: 0, cols: 1 },
    { rows: 1, cols: 0 },
  ]) {
    const made = kernel(name('rows'), name('cols'), [4, 4], [product(1)], 1)
    expect(interpreted(made, buffers, 'c', uniforms)).toEqual([undefined])
  }
})

test('parts of a product are added up, each over its own range', () => {
  const [rows, cols] = [6, 5]
  const buffers = buffersOf(rows, cols)
  const parts = [product(cols, { to: () => int(3) }), product(cols, { from: int(3) }), product(cols)]
  const wanted = productOf(buffers, rows, cols).map((x) => 2 * x)
  expectRight(kernel(int(rows), int(cols), [4, 4], parts, cols), buffers, wanted, { rows, cols })
})

test('a range that grows with the row ends for each row with itself, whatever stands beyond', () => {
  const [rows, cols] = [6, 3]
  const buffers = buffersOf(rows, cols)
  const parts = [product(cols, { to: (row) => add(row, int(1)), triangular: true })]
  const wanted = productOf(buffers, rows, cols, (row, x) => x <= row)
  for (const tile of [
    [4, 4],
    [1, 4],
    [3, 2],
  ] as const) {
    expectRight(kernel(int(rows), int(cols), tile, parts, cols), buffers, wanted, { rows, cols })
    expectRight(kernel(name('rows'), name('cols'), tile, parts, cols), buffers, wanted, { rows, cols })
  }
})

test('whole tiles need no guards', () => {
  const guards = (rows: Expr, cols: Expr): number => {
    let found = 0
    everyStatement(
      kernel(rows, cols, [4, 4], [product(8)], 8).body,
      (s) => (found += s.kind === 'if' ? 1 : 0),
    )
    return found
  }
  expect(guards(int(8), int(8))).toBe(0)
  expect(guards(int(6), int(8))).toBe(3)
  expect(guards(int(8), int(6))).toBe(12)
  expect(guards(name('rows'), name('cols'))).toBe(15)
})
