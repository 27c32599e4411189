import { expect, test } from 'vitest'
import type { Field, Operand } from '../../../compiler/3-plan/kernel-plan.ts'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import { each, int, load, name, real, store } from '../../../compiler/4-lower/build.ts'
import type { Expr } from '../../../compiler/4-lower/loop-ir.ts'
import {
  chunkCount,
  chunkFirstRow,
  chunkFirstToken,
  fieldAt,
  inputAt,
  liveToken,
  operandAt,
  paramAt,
  putOutput,
  rowIndex,
  scaled,
  sequenceChunkCount,
  sequenceFirstChunk,
  stateBuffer,
  stateIndex,
} from '../../../compiler/4-lower/places.ts'
import { program, region } from './programs.ts'
import { interpreted, type Buffers } from './run.ts'

const H = 4

/** `count` values of an expression in `n`, for head `h`. */
const valuesOf = (
  value: Expr,
  count: number,
  h: number,
  buffers: Buffers = {},
  uniforms = {},
): readonly unknown[] => {
  const kernel = program({
    bindings: [
      ...Object.entries(buffers).map(([buffer, data]) => ({
        name: buffer,
        element: data instanceof Int32Array ? ('i32' as const) : ('f32' as const),
        access: 'read' as const,
      })),
      { name: 'out', element: 'f32', access: 'read_write' },
    ],
    uniforms: ['heads', ...Object.keys(uniforms)],
    body: [
      region(
        '',
        each('n', int(count), [
          {
            kind: 'if',
            condition: { kind: 'binary', op: '==', left: name('group.y'), right: int(h) },
            then: [store('out', name('n'), value)],
          },
        ]),
      ),
    ],
  })
  const given = { ...buffers, out: new Float32Array(count) }
  return interpreted(kernel, given, 'out', { heads: H, ...uniforms }, { x: 1, y: H, z: 1 })
}

const n = name('n')
const whole = (e: Expr): Expr => ({ kind: 'real-of', value: e })
const countTo = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => i)

test('a row keeps the values of one head after those of another', () => {
  expect(valuesOf(whole(rowIndex(int(3), 5, n)), 3, 2)).toEqual([70, 71, 72])
})

test('the columns of the tables', () => {
  const chunks = Int32Array.from([0, 1, 2, 3, 10, 11, 12, 13])
  const at = (column: (chunk: Expr) => Expr) => valuesOf(whole(column(n)), 2, 0, { 'table.chunks': chunks })
  expect([chunkFirstToken, chunkFirstRow, chunkCount].map(at)).toEqual([
    [0, 10],
    [1, 11],
    [2, 12],
  ])
  const sequences = Int32Array.from([0, 1, 10, 11])
  const of = (column: (s: Expr) => Expr) => valuesOf(whole(column(n)), 2, 0, { 'table.sequences': sequences })
  expect([sequenceFirstChunk, sequenceChunkCount].map(of)).toEqual([
    [0, 10],
    [1, 11],
  ])
})

test('without a mask every token counts, and the mask is not looked into', () => {
  const live = (masked: number, mask: readonly number[]) =>
    valuesOf(whole(liveToken(n)), 3, 0, { 'table.mask': Int32Array.from(mask) }, { masked })
  expect(live(1, [1, 0, 1])).toEqual([1, 0, 1])
  expect(live(0, [0])).toEqual([1, 1, 1])
})

test('heads share an input and a param that come with fewer', () => {
  const [T, size] = [2, 3]
  for (const share of [1, 2, 4]) {
    const groups = H / share
    for (let h = 0; h < H; h++) {
      const group = Math.floor(h / share)
      const input = valuesOf(
        inputAt('x', size, int(1), n),
        size,
        h,
        { x: countTo(T * groups * size) },
        { 'share.x': share },
      )
      expect(input).toEqual([0, 1, 2].map((j) => (groups + group) * size + j))
      const param = valuesOf(
        paramAt('u', size, n),
        size,
        h,
        { u: countTo(groups * size) },
        { 'share.u': share },
      )
      expect(param).toEqual([0, 1, 2].map((j) => group * size + j))
    }
  }
})

const field = (offset: number, lanes: number): Field => ({
  name: 'f',
  offset,
  lanes,
  value: P.zero,
  neutral: 0,
})
const frame = { 'scratch.frame': countTo(2 * H * 6) }

test('a field’s lanes stand in the frame; one lane serves all', () => {
  expect(valuesOf(fieldAt(6, field(2, 3), int(1), n), 3, 1, frame)).toEqual([32, 33, 34])
  expect(valuesOf(fieldAt(6, field(5, 1), int(1), n), 3, 1, frame)).toEqual([35, 35, 35])
})

test('operands and scales', () => {
  const constant: Operand = { kind: 'constant', value: { numerator: -3n, denominator: 2n } }
  const given: Operand = { kind: 'field', field: field(1, 1) }
  expect(valuesOf(operandAt(6, constant, int(0), n), 2, 0, frame)).toEqual([-1.5, -1.5])
  expect(valuesOf(scaled(6, given, int(0), n, real(10)), 2, 0, frame)).toEqual([10, 10])
  const value = load('x', n)
  expect(scaled(6, undefined, int(0), n, value)).toBe(value)
})

test('the entries of a state stand key first, along the axes of the layer', () => {
  const [K, V] = [2, 3]
  const all = (transposed: boolean) =>
    valuesOf(
      whole(
        stateIndex(
          { K, V, transposed },
          int(1),
          { kind: 'binary', op: '/', left: n, right: int(V) },
          { kind: 'binary', op: '%', left: n, right: int(V) },
        ),
      ),
      K * V,
      3,
    )
  const base = (H + 3) * K * V
  expect(all(false)).toEqual([0, 1, 2, 3, 4, 5].map((i) => base + i))
  expect(all(true)).toEqual([0, 2, 4, 1, 3, 5].map((i) => base + i))
  expect(stateBuffer('S')).toBe('state.S')
})

test('an output is told by token', () => {
  expect(putOutput('o', 3, int(2), int(1), real(7))).toEqual(store('o', rowIndex(int(2), 3, int(1)), real(7)))
})
