import {
  accumulate,
  add,
  div,
  each,
  int,
  intMin,
  less,
  letF,
  letI,
  loop,
  mod,
  mul,
  name,
  real,
  select,
  sub,
  variable,
  when,
} from './build.ts'
import type { Expr, Statement } from './loop-ir.ts'

/** A part of a product: Σ_x left(row, x) · right(x, col), x from `from` up to `to`. */
export interface Product {
  readonly from: Expr
  readonly to: (row: Expr) => Expr
  /**
   * `to` grows with the row: what stands beyond it is not multiplied by. A zero there would not do: what it meets may
   * have overflowed, and a later token must not change an earlier one.
   */
  readonly triangular?: boolean
  readonly left: (row: Expr, x: Expr) => Expr
  readonly right: (x: Expr, col: Expr) => Expr
}

export interface TiledProduct {
  readonly rows: Expr
  readonly cols: Expr
  /** Entries that an invocation works out at a time: what it loads is used that many times. */
  readonly tile: readonly [rows: number, cols: number]
  /** Their sum is the entry. */
  readonly products: readonly Product[]
  readonly put: (row: Expr, col: Expr, sum: Expr) => readonly Statement[]
}

/**
 * A matrix product, in tiles that stand in registers: of a tile of 4 × 4 each loaded value is used four times.
 * At ragged edges the last row and column are worked out again and not stored.
 */
export const tiledProduct = ({
  rows,
  cols,
  tile: [down, across],
  products,
  put,
}: TiledProduct): Statement => {
  const tilesDown = div(add(rows, int(down - 1)), int(down))
  const tilesAcross = div(add(cols, int(across - 1)), int(across))
  const [row, col] = [name('row0'), name('col0')]
  const ragged = (size: Expr, by: number): boolean => size.kind !== 'int' || size.value % by !== 0
  const at = (first: Expr, i: number, size: Expr, by: number): Expr =>
    ragged(size, by) && i > 0 ? intMin(add(first, int(i)), sub(size, int(1))) : add(first, int(i))
  const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)
  const [a, b] = [range(down), range(across)]
  const rowName = (i: number): Expr => name(`row${i}`)
  const colName = (j: number): Expr => name(`col${j}`)

  const loops = products.flatMap((product, n): readonly Statement[] => {
    const x = `x${n}`
    const over = (from: Expr, to: Expr, term: (i: number, product: Expr) => Expr): Statement =>
      loop(x, from, to, [
        ...a.map((i) => letF(`left${i}`, product.left(rowName(i), name(x)))),
        ...b.map((j) => letF(`right${j}`, product.right(name(x), colName(j)))),
        ...a.flatMap((i) =>
          b.map((j) => accumulate(`sum${i}.${j}`, term(i, mul(name(`left${i}`), name(`right${j}`))))),
        ),
      ])
    if (!product.triangular) return [over(product.from, product.to(row), (_, term) => term)]
    const inside = (i: number, term: Expr): Expr =>
      select(less(name(x), product.to(rowName(i))), term, real(0))
    return [
      over(product.from, product.to(row), (_, term) => term),
      ...(down === 1 ? [] : [over(product.to(row), product.to(rowName(down - 1)), inside)]),
    ]
  })
  const guarded = (
    first: Expr,
    i: number,
    size: Expr,
    by: number,
    body: readonly Statement[],
  ): readonly Statement[] => (i > 0 && ragged(size, by) ? [when(less(add(first, int(i)), size), body)] : body)
  const puts = a.flatMap((i) => {
    const ofRow = b.flatMap((j) =>
      guarded(col, j, cols, across, put(rowName(i), colName(j), name(`sum${i}.${j}`))),
    )
    return guarded(row, i, rows, down, ofRow)
  })
  return each('tile', mul(tilesDown, tilesAcross), [
    letI('row0', mul(div(name('tile'), tilesAcross), int(down))),
    letI('col0', mul(mod(name('tile'), tilesAcross), int(across))),
    ...a.slice(1).map((i) => letI(`row${i}`, at(row, i, rows, down))),
    ...b.slice(1).map((j) => letI(`col${j}`, at(col, j, cols, across))),
    ...a.flatMap((i) => b.map((j) => variable(`sum${i}.${j}`, real(0)))),
    ...loops,
    ...puts,
  ])
}
