import type { Pass } from '../pass.ts'
import * as P from './polynomial.ts'
import { mapOps } from './map-ops.ts'
import type { LayerProgram } from './state-program.ts'

/**
 * What all lanes of a write key share belongs to the value.
 *
 *     write c·k, x  ⇒  write k, c·x
 *
 * Afterwards two writes with proportional keys have the same key; `mergeWrites` relies on it.
 */
export const scaleWrites: Pass<LayerProgram> = {
  name: 'scale-writes',
  run: mapOps((op) => {
    if (op.kind !== 'write') return [op]
    const { scalar, vector } = P.splitScalar(op.k)
    if (P.vanishes(scalar)) return []
    return [
      {
        kind: 'write',
        k: vector,
        given: P.multiply(op.given, scalar),
        terms: op.terms.map((t) => ({ read: t.read, coefficient: P.multiply(t.coefficient, scalar) })),
      },
    ]
  }),
}
