import { bug } from '../pass.ts'
import * as P from './polynomial.ts'
import type { Condition, MatrixAtom, Polynomial } from './polynomial.ts'

/**
 * What an expression of the layer comes to, symbolically: lanes (a scalar, a column, a row) or a matrix as a sum of
 * terms. Matrix products are carried out on the terms, so that every way of writing an update meets in one form.
 */
export type Value =
  | { readonly kind: 'lanes'; readonly rows: number; readonly cols: number; readonly value: Polynomial }
  | {
      readonly kind: 'matrix'
      readonly rows: number
      readonly cols: number
      readonly terms: readonly MatrixTerm[]
    }
  | { readonly kind: 'condition'; readonly condition: Condition }

export type Matrix = Extract<Value, { kind: 'matrix' }>
export type Lanes = Extract<Value, { kind: 'lanes' }>

export type MatrixTerm =
  | { readonly kind: 'diagonal'; readonly value: Polynomial }
  /** u wᵀ */
  | { readonly kind: 'outer'; readonly u: Polynomial; readonly w: Polynomial }
  /** diag(left) X diag(right), X the state (or its transpose) after `version` micro-steps of the token */
  | {
      readonly kind: 'state'
      readonly state: StateVersion
      readonly transposed: boolean
      readonly left: Polynomial
      readonly right: Polynomial
    }
  /** diag(left) M diag(right), M a given matrix (or its transpose) */
  | {
      readonly kind: 'given'
      readonly matrix: MatrixAtom
      readonly transposed: boolean
      readonly left: Polynomial
      readonly right: Polynomial
    }

export interface StateVersion {
  readonly name: string
  readonly version: number
  readonly rows: number
  readonly cols: number
}

/** Something true of the layer that no lowering serves yet; becomes `form-not-available`. */
export class Refusal extends Error {
  constructor(readonly reason: string) {
    super(reason)
    this.name = 'Refusal'
  }
}

export const refuse = (reason: string): never => {
  throw new Refusal(reason)
}

export const lanes = (rows: number, cols: number, value: Polynomial): Lanes => ({
  kind: 'lanes',
  rows,
  cols,
  value,
})
export const scalar = (value: Polynomial): Lanes => lanes(1, 1, value)
export const matrix = (rows: number, cols: number, terms: readonly MatrixTerm[]): Matrix => ({
  kind: 'matrix',
  rows,
  cols,
  terms,
})

/**
 * A matrix with one column (or one row) seen as lanes: a state that is a vector is then read with 1, entry by entry.
 * Undefined for matrices that are wide both ways.
 */
export const asLanes = (v: Value): Lanes | undefined => {
  if (v.kind === 'lanes') return v
  if (v.kind === 'condition' || (v.rows !== 1 && v.cols !== 1)) return undefined
  const column = v.cols === 1 ? v : (transpose(v) as Matrix)
  const value = P.sumOf(column.terms.map((t) => applyTerm(t, P.one, 1)))
  return lanes(v.rows, v.cols, value)
}

const isScalar = (v: Value): v is Lanes => v.kind === 'lanes' && v.rows === 1 && v.cols === 1

/** Lanes seen as a matrix with one row or one column. */
export const asMatrix = (v: Value): Matrix => {
  switch (v.kind) {
    case 'matrix':
      return v
    case 'lanes':
      return matrix(v.rows, v.cols, [
        v.cols === 1 ? { kind: 'outer', u: v.value, w: P.one } : { kind: 'outer', u: P.one, w: v.value },
      ])
    case 'condition':
      return bug('a condition stands where a matrix should')
  }
}

export const transpose = (v: Value): Value => {
  if (v.kind === 'lanes') return lanes(v.cols, v.rows, v.value)
  if (v.kind === 'condition') return v
  return matrix(
    v.cols,
    v.rows,
    v.terms.map((term): MatrixTerm => {
      switch (term.kind) {
        case 'diagonal':
          return term
        case 'outer':
          return { kind: 'outer', u: term.w, w: term.u }
        case 'state':
        case 'given':
          return { ...term, transposed: !term.transposed, left: term.right, right: term.left }
      }
    }),
  )
}

const scaleTerm = (term: MatrixTerm, by: Polynomial): MatrixTerm => {
  switch (term.kind) {
    case 'diagonal':
      return { kind: 'diagonal', value: P.multiply(term.value, by) }
    case 'outer':
      return { kind: 'outer', u: P.multiply(term.u, by), w: term.w }
    case 'state':
    case 'given':
      return { ...term, left: P.multiply(term.left, by) }
  }
}

export const addValues = (a: Value, b: Value, sign: 1 | -1): Value => {
  const right = sign === 1 ? b : negateValue(b)
  if (a.kind === 'lanes' && right.kind === 'lanes') {
    const wide = a.rows * a.cols >= right.rows * right.cols ? a : right
    return lanes(wide.rows, wide.cols, P.add(a.value, right.value))
  }
  const shape = a.kind === 'matrix' ? a : asMatrix(right)
  const spread = (v: Value): readonly MatrixTerm[] =>
    isScalar(v) ? [{ kind: 'outer', u: v.value, w: P.one }] : asMatrix(v).terms
  return matrix(shape.rows, shape.cols, [...spread(a), ...spread(right)])
}

export const negateValue = (a: Value): Value =>
  a.kind === 'lanes'
    ? lanes(a.rows, a.cols, P.negate(a.value))
    : a.kind === 'matrix'
      ? matrix(
          a.rows,
          a.cols,
          a.terms.map((t) => scaleTerm(t, P.negate(P.one))),
        )
      : bug('a condition has no sign')

/** The elementwise product; of two matrices, only where one of them is an outer product of vectors. */
export const timesValues = (a: Value, b: Value): Value => {
  if (a.kind === 'lanes' && b.kind === 'lanes') {
    const wide = a.rows * a.cols >= b.rows * b.cols ? a : b
    return lanes(wide.rows, wide.cols, P.multiply(a.value, b.value))
  }
  if (isScalar(a)) return mapTerms(asMatrix(b), (t) => [scaleTerm(t, a.value)])
  if (isScalar(b)) return mapTerms(asMatrix(a), (t) => [scaleTerm(t, b.value)])
  const [left, right] = [asMatrix(a), asMatrix(b)]
  if (!isOuter(left) && !isOuter(right)) {
    const [x, y] = [asLanes(left), asLanes(right)]
    if (x && y) return timesValues(x, y)
  }
  const [weights, weighted] = isOuter(left) ? [left, right] : [right, left]
  if (!isOuter(weights)) return refuse('an elementwise product with the state needs the scan form')
  const [{ u, w }] = weights.terms
  return mapTerms(weighted, (term): MatrixTerm[] => {
    switch (term.kind) {
      case 'diagonal':
        return [{ kind: 'diagonal', value: P.productOf([term.value, u, w]) }]
      case 'outer':
        return [{ kind: 'outer', u: P.multiply(term.u, u), w: P.multiply(term.w, w) }]
      case 'state':
      case 'given':
        return [{ ...term, left: P.multiply(term.left, u), right: P.multiply(term.right, w) }]
    }
  })
}

const isOuter = (m: Matrix): m is Matrix & { terms: readonly [Extract<MatrixTerm, { kind: 'outer' }>] } =>
  m.terms.length === 1 && m.terms[0].kind === 'outer'

const mapTerms = (m: Matrix, f: (term: MatrixTerm) => readonly MatrixTerm[]): Matrix =>
  matrix(m.rows, m.cols, m.terms.flatMap(f))

/** Sᵀp or S p, what all lanes of p share taken out. */
const readState = (term: Extract<MatrixTerm, { kind: 'state' }>, c: Polynomial): Polynomial => {
  // diag(left) X diag(right) c, where X may stand for the transposed state.
  const { scalar: factor, vector } = P.splitScalar(P.multiply(term.right, c))
  if (P.isZero(factor)) return P.zero
  if (P.readsIn(vector).length > 0 || P.readsIn(term.left).length > 0)
    return refuse('the state is read with something that was itself read from a state')
  const axis = term.transposed ? 'rows' : 'columns'
  const size = term.transposed ? term.state.cols : term.state.rows
  const key = `read(${term.state.name}@${term.state.version}, ${axis}, ${P.keyOf(vector)})`
  const { name, version } = term.state
  const read = P.ofAtom({
    kind: 'read',
    key,
    lanes: size,
    read: { state: name, version, axis, p: vector, lanes: size },
  })
  return P.productOf([factor, term.left, read])
}

const applyTerm = (term: MatrixTerm, c: Polynomial, cols: number): Polynomial => {
  switch (term.kind) {
    case 'diagonal':
      return P.multiply(term.value, c)
    case 'outer':
      return P.multiply(term.u, P.dot(term.w, c, cols))
    case 'state':
      return readState(term, c)
    case 'given':
      return P.multiply(term.left, matvec(term.matrix, term.transposed, P.multiply(term.right, c)))
  }
}

/** M c, what all lanes of c share taken out. */
const matvec = (m: MatrixAtom, transposed: boolean, c: Polynomial): Polynomial => {
  const { scalar: factor, vector } = P.splitScalar(c)
  if (P.isZero(factor)) return P.zero
  const only = P.asAtom(vector)
  const index = only?.kind === 'onehot' ? P.asConstant(only.index) : undefined
  if (index) return P.multiply(factor, slab(m, transposed, 'column', Number(index.numerator)))
  const key = `${P.matrixKey(m)}${transposed ? 'ᵀ' : ''}@(${P.keyOf(vector)})`
  const size = transposed ? m.cols : m.rows
  return P.multiply(factor, P.ofAtom({ kind: 'matvec', matrix: m, transposed, of: vector, key, lanes: size }))
}

/** How many outer products a given matrix may be taken apart into. */
const largestRank = 16

const slab = (m: MatrixAtom, transposed: boolean, axis: 'row' | 'column', index: number): Polynomial => {
  const real = transposed ? (axis === 'row' ? 'column' : 'row') : axis
  const size = real === 'row' ? m.cols : m.rows
  const key = `${P.matrixKey(m)}${real === 'row' ? `[${index}, :]` : `[:, ${index}]`}`
  return P.ofAtom({ kind: 'slab', matrix: m, axis: real, index, key, lanes: size })
}

/** M X for an M of few rows, row by row: Σ_r e_r (row r of M, X)ᵀ. So `U @ (Wᵀ @ S)` is `(U @ Wᵀ) @ S`. */
const rowByRow = (
  a: Extract<MatrixTerm, { kind: 'given' }>,
  b: Extract<MatrixTerm, { kind: 'state' }>,
  inner: number,
): readonly MatrixTerm[] | undefined => {
  const rows = a.transposed ? a.matrix.cols : a.matrix.rows
  if (rows >= inner || rows > largestRank) return undefined
  return Array.from({ length: rows }, (_, r): MatrixTerm => {
    const row = P.multiply(slab(a.matrix, a.transposed, 'row', r), a.right)
    const unit = P.ofAtom({ kind: 'onehot', index: P.whole(r), key: `onehot(${r}, ${rows})`, lanes: rows })
    return {
      kind: 'outer',
      u: P.multiply(unit, weightAt(a.left, r)),
      w: applyTerm(transposeTerm(b), row, inner),
    }
  })
}

const weightAt = (p: Polynomial, index: number): Polynomial => (p.lanes === 1 ? p : component(p, index))

const multiplyTerms = (a: MatrixTerm, b: MatrixTerm, inner: number): readonly MatrixTerm[] => {
  if (a.kind === 'diagonal') {
    switch (b.kind) {
      case 'diagonal':
        return [{ kind: 'diagonal', value: P.multiply(a.value, b.value) }]
      case 'outer':
        return [{ kind: 'outer', u: P.multiply(a.value, b.u), w: b.w }]
      case 'state':
      case 'given':
        return [{ ...b, left: P.multiply(a.value, b.left) }]
    }
  }
  if (b.kind === 'diagonal') {
    switch (a.kind) {
      case 'outer':
        return [{ kind: 'outer', u: a.u, w: P.multiply(a.w, b.value) }]
      case 'state':
      case 'given':
        return [{ ...a, right: P.multiply(a.right, b.value) }]
    }
  }
  if (a.kind === 'outer') return [{ kind: 'outer', u: a.u, w: applyTerm(transposeTerm(b), a.w, inner) }]
  if (b.kind === 'outer') return [{ kind: 'outer', u: applyTerm(a, b.u, inner), w: b.w }]
  if (a.kind === 'given' && b.kind === 'given') {
    if (inner > largestRank)
      return refuse(`a product of given matrices over ${inner} components is a dense transition`)
    return Array.from({ length: inner }, (_, r): MatrixTerm => ({
      kind: 'outer',
      u: P.productOf([
        a.left,
        slab(a.matrix, a.transposed, 'column', r),
        weightAt(a.right, r),
        weightAt(b.left, r),
      ]),
      w: P.multiply(slab(b.matrix, b.transposed, 'row', r), b.right),
    }))
  }
  if (a.kind === 'state' && b.kind === 'state') return refuse('the state is multiplied by the state')
  if (a.kind === 'given' && b.kind === 'state') {
    const terms = rowByRow(a, b, inner)
    if (terms) return terms
  }
  if (a.kind === 'state' && b.kind === 'given')
    return multiplyTerms(transposeTerm(b), transposeTerm(a), inner).map(transposeTerm)
  return refuse('a dense transition (a full matrix times the state) is not lowered')
}

const transposeTerm = (term: MatrixTerm): MatrixTerm => {
  const [result] = (transpose(matrix(0, 0, [term])) as Matrix).terms
  return result
}

export const component = (p: Polynomial, index: number): Polynomial =>
  P.sumOf(
    p.terms.map((term) => {
      const { shared, varying } = P.splitLanes(term)
      const inner = P.ofTerm(varying)
      if (P.asConstant(inner)) return P.multiply(P.ofTerm(shared), inner)
      const atom = P.ofAtom({
        kind: 'component',
        of: inner,
        index,
        key: `${P.keyOf(inner)}[${index}]`,
        lanes: 1,
      })
      return P.multiply(P.ofTerm(shared), atom)
    }),
  )

/** The matrix product `a @ b`. */
export const matmul = (a: Value, b: Value): Value => {
  if (a.kind === 'condition' || b.kind === 'condition') return bug('a condition stands where a matrix should')
  const rows = a.rows
  const cols = b.cols
  const inner = a.cols
  if (a.kind === 'lanes' && b.kind === 'lanes') {
    if (inner !== 1)
      return rows === 1 && cols === 1
        ? scalar(P.dot(a.value, b.value, inner))
        : bug('lanes of no common size')
    if (rows === 1 || cols === 1) return lanes(rows, cols, P.multiply(a.value, b.value))
    return matrix(rows, cols, [{ kind: 'outer', u: a.value, w: b.value }])
  }
  if (b.kind === 'lanes' && cols === 1)
    return lanes(rows, 1, P.sumOf(asMatrix(a).terms.map((t) => applyTerm(t, b.value, inner))))
  if (a.kind === 'lanes' && rows === 1)
    return lanes(1, cols, P.sumOf(asMatrix(b).terms.map((t) => applyTerm(transposeTerm(t), a.value, inner))))
  const [left, right] = [asMatrix(a), asMatrix(b)]
  return matrix(
    rows,
    cols,
    left.terms.flatMap((x) => right.terms.flatMap((y) => multiplyTerms(x, y, inner))),
  )
}
