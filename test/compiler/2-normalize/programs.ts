import { expect } from 'vitest'
import * as P from '../../../compiler/2-normalize/polynomial.ts'
import type { Polynomial } from '../../../compiler/2-normalize/polynomial.ts'
import { print } from '../../../compiler/2-normalize/print.ts'
import type {
  Decay,
  LayerProgram,
  MicroOp,
  OutputProgram,
  ReadOp,
  Write,
} from '../../../compiler/2-normalize/state-program.ts'
import { verify } from '../../../compiler/2-normalize/verify.ts'
import type { Pass } from '../../../compiler/pass.ts'
import { givenBy, stepDistance, stepOf, statesBy } from '../../support/program-meaning.ts'

// Short spellings for programs written by hand: one state S of 3 × 2.

export const K = 3
export const V = 2

export const scalar = (name: string): Polynomial => P.input('input', name, 1)
export const key = (name: string): Polynomial => P.input('input', name, K)
export const value = (name: string): Polynomial => P.input('input', name, V)
export const times = (...parts: readonly Polynomial[]): Polynomial => P.productOf(parts)
export const plus = (...parts: readonly Polynomial[]): Polynomial => P.sumOf(parts)
export const minus = (a: Polynomial, b: Polynomial): Polynomial => P.subtract(a, b)

export const decay = (value: Polynomial, axis: Decay['axis'] = 'key'): Decay => ({
  kind: 'decay',
  axis,
  form: 'plain',
  value,
})
/** A decay by exp(g). */
export const fade = (g: Polynomial, axis: Decay['axis'] = 'key'): Decay => ({
  kind: 'decay',
  axis,
  form: 'log',
  value: g,
})
export const read = (id: string, p: Polynomial, axis: ReadOp['axis'] = 'key'): ReadOp => ({
  kind: 'read',
  id,
  axis,
  p,
})
export const write = (
  k: Polynomial,
  given: Polynomial,
  terms: Readonly<Record<string, Polynomial>> = {},
): Write => ({
  kind: 'write',
  k,
  given,
  terms: Object.entries(terms).map(([read, coefficient]) => ({ read, coefficient })),
})
export const out = (name: string, reads: readonly string[], direct: Polynomial = P.zero): OutputProgram => ({
  name,
  rows: V,
  cols: 1,
  kind: 'linear',
  reads: reads.map((r) => ({ state: 'S', read: r })),
  direct,
})
/** The atom of a read, as functions of reads hold it. */
export const readAtom = (id: string): Polynomial =>
  P.ofAtom({
    kind: 'read',
    key: `read(${id})`,
    lanes: V,
    read: { state: 'S', version: 0, axis: 'rows', p: key(id), lanes: V },
  })
export const outFunction = (name: string, value: Polynomial, reads: readonly string[]): OutputProgram => ({
  name,
  rows: V,
  cols: 1,
  kind: 'function',
  value,
  reads: reads.map((r) => ({ state: 'S', read: r, atom: `read(${r})` })),
})
export const program = (ops: readonly MicroOp[], ...outputs: readonly OutputProgram[]): LayerProgram => ({
  name: 'test',
  states: [{ state: 'S', transposed: false, K, V, ops }],
  outputs,
})

/** Run a pass: what it gives is sound and means what it meant. */
export const rewritten = (pass: Pass<LayerProgram>, before: LayerProgram): LayerProgram => {
  const after = pass.run(before)
  expect(verify(after)).toEqual([])
  for (const seed of [1, 2]) {
    const [given, states] = [givenBy(seed), statesBy(before, seed)]
    expect(stepDistance(stepOf(after, given, states), stepOf(before, given, states))).toBeLessThan(1e-12)
  }
  return after
}

/** The claim of a pass: `before ⇒ after`. */
export const expectRewrite = (pass: Pass<LayerProgram>, before: LayerProgram, after: LayerProgram): void => {
  expect(print(rewritten(pass, before))).toBe(print(after))
}

/** The claim of a pass about what it has nothing to do with. */
export const expectUntouched = (pass: Pass<LayerProgram>, program: LayerProgram): void =>
  expectRewrite(pass, program, program)
