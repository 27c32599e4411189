import * as P from '../2-normalize/polynomial.ts'
import type { Atom, Condition, Polynomial, Term } from '../2-normalize/polynomial.ts'

/** A value that one kernel leaves for later ones. */
export interface Part {
  /** The key of the atoms that stand for it. */
  readonly name: string
  readonly value: Polynomial
}

export interface Split {
  /** The values that were asked for, now in terms of parts. */
  readonly values: readonly Polynomial[]
  /** In an order in which each uses only earlier ones. */
  readonly parts: readonly Part[]
}

/**
 * Values that are made of more tensors than a kernel can bind, in parts that are not.
 *
 *     a·b·c·d·e·f  ⇒  part p = a·b·c·d·e;  p·f
 *
 * Afterwards no value and no part has more than `room` sources.
 */
export const splitPorts = (values: readonly Polynomial[], room: number): Split => {
  const parts = new Map<string, Part>()
  const keep = (value: Polynomial): Polynomial => {
    const only = P.asAtom(value)
    if (P.asConstant(value) || only?.kind === 'part') return value
    const text = `${value.lanes} ${value.text}`
    const part = parts.get(text) ?? { name: `part ${parts.size + 1}`, value }
    parts.set(text, part)
    return P.ofAtom({ kind: 'part', key: part.name, lanes: value.lanes })
  }
  /** Put pieces together; where that is too much, only some of them at a time. */
  const pack = (
    pieces: readonly Polynomial[],
    combine: (pieces: readonly Polynomial[]) => Polynomial,
  ): Polynomial => {
    const groups: Polynomial[][] = []
    for (const piece of pieces) {
      const fits = groups.find((group) => sourcesOf(...group, piece).size <= room)
      if (fits) fits.push(piece)
      else groups.push([piece])
    }
    return groups.length === 1 ? combine(groups[0]) : combine(groups.map((group) => keep(combine(group))))
  }
  const split = (value: Polynomial): Polynomial =>
    sourcesOf(value).size <= room ? value : withLanes(pack(value.terms.map(splitTerm), P.sumOf), value.lanes)
  const splitTerm = (term: Term): Polynomial =>
    pack(
      [
        P.constant(term.coefficient),
        ...term.factors.map(({ atom, power }) => P.power(splitAtom(atom), power)),
        ...(term.exponent ? [P.exponential(split(term.exponent))] : []),
      ],
      P.productOf,
    )
  const splitAtom = (atom: Atom): Polynomial => {
    const value = P.ofAtom(atom)
    return sourcesOf(value).size <= room ? value : P.ofAtom(mapParts(atom, (part) => keep(split(part))))
  }
  return { values: values.map(split), parts: [...parts.values()] }
}

const withLanes = (value: Polynomial, lanes: number): Polynomial =>
  value.lanes === lanes ? value : { ...value, lanes }

/** What a kernel binds to work values out: inputs, params, kept reads; all parts stand in one buffer. */
export const sourcesOf = (...values: readonly Polynomial[]): ReadonlySet<string> => {
  const found = new Set<string>()
  const visitAtom = (atom: Atom): void => {
    switch (atom.kind) {
      case 'input':
      case 'param':
        found.add(atom.name)
        return
      case 'read':
        found.add(atom.key)
        return
      case 'part':
        found.add('parts')
        return
      case 'slab':
      case 'matvec':
        found.add(atom.matrix.name)
    }
    P.partsOf(atom).forEach(visit)
  }
  const visit = (value: Polynomial): void => {
    for (const term of value.terms) {
      if (term.exponent) visit(term.exponent)
      term.factors.forEach((f) => visitAtom(f.atom))
    }
  }
  values.forEach(visit)
  return found
}

/** The parts that a value is made of. */
export const partNames = (value: Polynomial): readonly string[] => {
  const found = new Set<string>()
  P.visitAtoms(value, (atom) => {
    if (atom.kind === 'part') found.add(atom.key)
  })
  return [...found]
}

/** The same atom, its key kept: what it stands for has not changed. */
const mapParts = (atom: Atom, f: (part: Polynomial) => Polynomial): Atom => {
  switch (atom.kind) {
    case 'input':
    case 'param':
    case 'slab':
    case 'infinity':
    case 'read':
    case 'part':
      return atom
    case 'call':
      return { ...atom, args: atom.args.map(f) }
    case 'where':
      return { ...atom, condition: mapCondition(atom.condition, f), then: f(atom.then), else: f(atom.else) }
    case 'group':
    case 'reduce':
    case 'matvec':
    case 'component':
    case 'slice':
    case 'cumsum':
    case 'softmax':
    case 'topk-mask':
      return { ...atom, of: f(atom.of) }
    case 'concat':
      return { ...atom, parts: atom.parts.map(f) }
    case 'outer-flat':
      return { ...atom, left: f(atom.left), right: f(atom.right) }
    case 'onehot':
      return { ...atom, index: f(atom.index) }
  }
}

const mapCondition = (c: Condition, f: (part: Polynomial) => Polynomial): Condition => {
  switch (c.kind) {
    case 'bool':
      return c
    case 'compare':
      return { ...c, left: f(c.left), right: f(c.right) }
    case 'and':
    case 'or':
      return { ...c, left: mapCondition(c.left, f), right: mapCondition(c.right, f) }
    case 'not':
      return { ...c, value: mapCondition(c.value, f) }
  }
}
