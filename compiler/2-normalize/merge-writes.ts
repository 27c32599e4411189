import type { Pass } from '../pass.ts'
import * as P from './polynomial.ts'
import type { Polynomial } from './polynomial.ts'
import type { LayerProgram, MicroOp, ReadTerm, Write } from './state-program.ts'

/**
 * Merge the writes of one micro-step that share a key, or a value.
 *
 *     write k, x; write k, y  ⇒  write k, x + y
 *     write k, x; write l, c·x  ⇒  write k + c·l, x
 *
 * Afterwards the number of writes of a micro-step is the rank of what it adds, as far as spelling shows it.
 */
export const mergeWrites: Pass<LayerProgram> = {
  name: 'merge-writes',
  run: (program) => ({
    ...program,
    states: program.states.map((s) => ({ ...s, ops: runsOfWrites(s.ops).flatMap(mergeRun) })),
  }),
}

const runsOfWrites = (ops: readonly MicroOp[]): readonly (readonly MicroOp[])[] => {
  const runs: MicroOp[][] = []
  for (const op of ops) {
    const last = runs.at(-1)
    if (op.kind === 'write' && last?.[0].kind === 'write') last.push(op)
    else runs.push([op])
  }
  return runs
}

const mergeRun = (run: readonly MicroOp[]): readonly MicroOp[] => {
  if (run[0].kind !== 'write') return run
  const byKey = new Map<string, Write>()
  for (const write of run as readonly Write[]) {
    const key = P.keyOf(write.k)
    const before = byKey.get(key)
    byKey.set(key, before ? addValues(before, write) : write)
  }
  const merged: Write[] = []
  for (const write of byKey.values()) {
    if (P.vanishes(write.given) && write.terms.length === 0) continue
    const proportional = merged.findIndex((m) => ratio(m, write) !== undefined)
    if (proportional < 0) merged.push(write)
    else {
      const into = merged[proportional]
      merged[proportional] = { ...into, k: P.add(into.k, P.multiply(write.k, ratio(into, write)!)) }
    }
  }
  return merged.toSorted((a, b) => (keyOfWrite(a) < keyOfWrite(b) ? -1 : 1))
}

/** Writes that lean on reads come first; the order among writes of one micro-step has no meaning. */
const keyOfWrite = (w: Write): string => `${w.terms.length > 0 ? 0 : 1} ${P.keyOf(w.k)}`

const addValues = (a: Write, b: Write): Write => {
  const terms = new Map<string, ReadTerm>()
  for (const term of [...a.terms, ...b.terms]) {
    const before = terms.get(term.read)
    const coefficient = before ? P.add(before.coefficient, term.coefficient) : term.coefficient
    terms.set(term.read, { read: term.read, coefficient })
  }
  return {
    kind: 'write',
    k: a.k,
    given: P.add(a.given, b.given),
    terms: [...terms.values()].filter((t) => !P.vanishes(t.coefficient)),
  }
}

/** c with b's value = c · a's value, where c is the same for all lanes. */
const ratio = (a: Write, b: Write): Polynomial | undefined => {
  if (a.terms.length > 0 || b.terms.length > 0) {
    // Values that lean on reads: only plainly equal ones.
    const same =
      P.same(a.given, b.given) &&
      a.terms.length === b.terms.length &&
      a.terms.every((t) => b.terms.some((u) => u.read === t.read && P.same(t.coefficient, u.coefficient)))
    return same ? P.one : undefined
  }
  const [x, y] = [P.splitScalar(a.given), P.splitScalar(b.given)]
  return P.same(x.vector, y.vector) && P.same(x.scalar, y.scalar) ? P.one : undefined
}
