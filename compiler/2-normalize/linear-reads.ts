import * as P from './polynomial.ts'
import type { Polynomial, Read, Term } from './polynomial.ts'

/** What is linear in reads: `given + Σ coefficient · read`. */
export interface Linear {
  readonly given: Polynomial
  readonly terms: readonly { readonly read: Read; readonly key: string; readonly coefficient: Polynomial }[]
}

/**
 * Take a polynomial apart into what the token gives and what it reads; undefined where a read is used in any other
 * way than times something given.
 */
export const linearInReads = (p: Polynomial): Linear | undefined => {
  let given = P.zero
  const found = new Map<string, { read: Read; coefficient: Polynomial }>()
  for (const term of spread(p)) {
    const held = term.factors.filter((f) => f.atom.kind === 'read')
    const [factor] = held
    const rest: Term = { ...term, factors: term.factors.filter((f) => f.atom.kind !== 'read') }
    const coefficient = P.ofTerm(rest)
    if (P.readsIn(coefficient).length > 0 || held.length > 1 || (factor && factor.power !== 1))
      return undefined
    if (!factor || factor.atom.kind !== 'read') {
      given = P.add(given, coefficient)
      continue
    }
    const before = found.get(factor.atom.key)
    found.set(factor.atom.key, {
      read: factor.atom.read,
      coefficient: before ? P.add(before.coefficient, coefficient) : coefficient,
    })
  }
  const terms = [...found]
    .map(([key, value]) => ({ key, ...value }))
    .filter((t) => !P.vanishes(t.coefficient))
  return { given: p.lanes > given.lanes ? { ...given, lanes: p.lanes } : given, terms }
}

/** Terms with every group that holds a read multiplied out; what a group gives besides stays together. */
export const spread = (p: Polynomial): readonly Term[] =>
  p.terms.flatMap((term) => {
    const i = term.factors.findIndex(
      (f) => f.atom.kind === 'group' && f.power === 1 && P.readsIn(f.atom.of).length > 0,
    )
    if (i < 0) return [term]
    const { of } = term.factors[i].atom as Extract<P.Atom, { kind: 'group' }>
    const rest = P.ofTerm({ ...term, factors: term.factors.filter((_, j) => j !== i) })
    const alone = of.terms.map((t) => P.ofTerm(t))
    const given = P.sumOf(alone.filter((part) => P.readsIn(part).length === 0))
    const read = alone.filter((part) => P.readsIn(part).length > 0)
    return [given, ...read].flatMap((part) => spread(P.multiply(rest, part)))
  })
