import * as P from '../2-normalize/polynomial.ts'
import type { Polynomial } from '../2-normalize/polynomial.ts'
import type { Field, Operand } from './kernel-plan.ts'

/** Collects what a token gives; equal values share a field. */
export interface Frame {
  readonly operand: (name: string, value: Polynomial, neutral?: 0 | 1) => Operand
  /** Like `operand`, but always a field: constants too must vanish at padded tokens. */
  readonly field: (name: string, value: Polynomial, neutral?: 0 | 1) => Field
  readonly fields: () => readonly Field[]
  readonly size: () => number
}

export const createFrame = (): Frame => {
  const fields = new Map<string, Field>()
  let size = 0
  const field = (name: string, value: Polynomial, neutral: 0 | 1 = 0): Field => {
    const key = `${neutral} ${value.lanes} ${P.keyOf(value)}`
    const known = fields.get(key)
    if (known) return known
    const added: Field = { name, offset: size, lanes: value.lanes, value, neutral }
    fields.set(key, added)
    size += value.lanes
    return added
  }
  return {
    field,
    operand: (name, value, neutral = 0) => {
      const number = P.asConstant(value)
      return number
        ? { kind: 'constant', value: number }
        : { kind: 'field', field: field(name, value, neutral) }
    },
    fields: () => [...fields.values()],
    size: () => size,
  }
}
