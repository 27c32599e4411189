import type { Atom, Condition, Polynomial } from '../../compiler/2-normalize/polynomial.ts'
import type { LayerProgram, StateProgram } from '../../compiler/2-normalize/state-program.ts'
import { decayFactor } from '../../compiler/2-normalize/decay-form.ts'
import { doubleFunctions } from '../../compiler/float64.ts'
import { toNumber } from '../../compiler/rational.ts'

/** What a token gives, by the names that atoms have: components in order, a matrix row by row. */
export type Given = (name: string) => readonly number[]

/** Every lane of a polynomial in doubles, told apart from how kernels compute it. */
export const lanesOf = (p: Polynomial, given: Given): number[] => {
  // Factors first: inside one another they would be worked out again for every lane.
  const terms = p.terms.map(({ coefficient, factors, exponent }) => ({
    coefficient: toNumber(coefficient),
    factors: factors.map(({ atom, power }) => ({ lanes: atomLanes(atom, given), power })),
    exponent: exponent ? lanesOf(exponent, given) : [0],
  }))
  return Array.from({ length: p.lanes }, (_, lane) =>
    terms.reduce((sum, { coefficient, factors, exponent }) => {
      const start = coefficient * Math.exp(at(exponent, lane))
      return sum + factors.reduce((product, f) => product * at(f.lanes, lane) ** f.power, start)
    }, 0),
  )
}

const at = (lanes: readonly number[], lane: number): number => (lanes.length === 1 ? lanes[0] : lanes[lane])

const holds = (c: Condition, lane: number, given: Given): boolean => {
  switch (c.kind) {
    case 'bool':
      return c.value
    case 'compare': {
      const [a, b] = [at(lanesOf(c.left, given), lane), at(lanesOf(c.right, given), lane)]
      return { '==': a === b, '!=': a !== b, '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[c.op]
    }
    case 'and':
      return holds(c.left, lane, given) && holds(c.right, lane, given)
    case 'or':
      return holds(c.left, lane, given) || holds(c.right, lane, given)
    case 'not':
      return !holds(c.value, lane, given)
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

const atomLanes = (atom: Atom, given: Given): number[] => {
  const lanes = (f: (lane: number) => number): number[] => Array.from({ length: atom.lanes }, (_, i) => f(i))
  const of = (p: Polynomial): number[] => lanesOf(p, given)
  switch (atom.kind) {
    case 'input':
    case 'param': {
      const from = (atom.element ?? 0) * atom.lanes
      return lanes((i) => given(atom.name)[from + i])
    }
    case 'read':
    case 'part':
      return lanes((i) => given(atom.key)[i])
    case 'slab': {
      const { name, cols } = atom.matrix
      return lanes((i) => given(name)[atom.axis === 'row' ? atom.index * cols + i : i * cols + atom.index])
    }
    case 'matvec': {
      const { name, rows, cols } = atom.matrix
      const x = of(atom.of)
      return lanes((i) =>
        sum(
          Array.from({ length: atom.transposed ? rows : cols }, (_, j) => {
            const [row, col] = atom.transposed ? [j, i] : [i, j]
            return given(name)[row * cols + col] * at(x, j)
          }),
        ),
      )
    }
    case 'call': {
      const [x, y] = atom.args.map(of)
      return lanes((i) => doubleFunctions[atom.fn](at(x, i), y && at(y, i)))
    }
    case 'where':
      return lanes((i) => at(of(holds(atom.condition, i, given) ? atom.then : atom.else), i))
    case 'group':
      return of(atom.of)
    case 'reduce': {
      const x = of(atom.of)
      return [
        { sum: sum(x), max: Math.max(...x), min: Math.min(...x), argmax: x.indexOf(Math.max(...x)) }[atom.op],
      ]
    }
    case 'component':
      return [of(atom.of)[atom.index]]
    case 'concat':
      return atom.parts.flatMap(of)
    case 'slice':
      return of(atom.of).slice(atom.from, atom.from + atom.lanes)
    case 'outer-flat':
      return of(atom.left).flatMap((a) => of(atom.right).map((b) => a * b))
    case 'cumsum': {
      const x = of(atom.of)
      return lanes((i) => sum(x.slice(0, i + 1)))
    }
    case 'softmax': {
      const x = of(atom.of).map((y) => Math.exp(y - Math.max(...of(atom.of))))
      return x.map((y) => y / sum(x))
    }
    case 'topk-mask': {
      const x = of(atom.of)
      return lanes((i) => (x.filter((y, j) => y > x[i] || (y === x[i] && j < i)).length < atom.count ? 1 : 0))
    }
    case 'onehot':
      return lanes((i) => (i === of(atom.index)[0] ? 1 : 0))
    case 'infinity':
      return [Infinity]
  }
}

/** K rows of V columns, along the axes of the program. */
export type State = readonly (readonly number[])[]

export interface Step {
  readonly states: Readonly<Record<string, State>>
  readonly outputs: Readonly<Record<string, readonly number[]>>
}

/** One token of a program, op after op. */
export const stepOf = (
  program: LayerProgram,
  given: Given,
  states: Readonly<Record<string, State>>,
): Step => {
  const after = program.states.map((s) => [s.state, stateStep(s, given, states[s.state])] as const)
  const readOf = new Map(after.map(([name, { reads }]) => [name, reads]))
  const outputs = program.outputs.map((output): [string, readonly number[]] => {
    const size = output.rows * output.cols
    const wide = (lanes: readonly number[]): number[] => Array.from({ length: size }, (_, i) => at(lanes, i))
    const read = (r: { readonly state: string; readonly read: string }): readonly number[] =>
      readOf.get(r.state)!.get(r.read)!
    if (output.kind === 'function') {
      const byAtom = new Map(output.reads.map((r) => [r.atom, read(r)]))
      return [output.name, wide(lanesOf(output.value, (name) => byAtom.get(name) ?? given(name)))]
    }
    const parts = [lanesOf(output.direct, given), ...output.reads.map(read)].map(wide)
    return [output.name, wide([0]).map((_, i) => sum(parts.map((part) => part[i])))]
  })
  return {
    states: Object.fromEntries(after.map(([name, { state }]) => [name, state])),
    outputs: Object.fromEntries(outputs),
  }
}

const stateStep = (
  { ops, K, V }: StateProgram,
  given: Given,
  start: State,
): { readonly state: State; readonly reads: ReadonlyMap<string, readonly number[]> } => {
  const S = start.map((row) => [...row])
  const reads = new Map<string, readonly number[]>()
  const over = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
  for (const op of ops) {
    switch (op.kind) {
      case 'decay': {
        const d = lanesOf(decayFactor(op), given)
        over(K).forEach((i) => over(V).forEach((j) => (S[i][j] *= at(d, op.axis === 'key' ? i : j))))
        break
      }
      case 'read': {
        const p = lanesOf(op.p, given)
        const contract = (f: (x: number) => number, n: number): number => sum(over(n).map(f))
        reads.set(
          op.id,
          op.axis === 'key'
            ? over(V).map((j) => contract((i) => S[i][j] * at(p, i), K))
            : over(K).map((i) => contract((j) => S[i][j] * at(p, j), V)),
        )
        break
      }
      case 'write': {
        const k = lanesOf(op.k, given)
        const base = lanesOf(op.given, given)
        const terms = op.terms.map((t) => ({ r: reads.get(t.read)!, c: lanesOf(t.coefficient, given) }))
        const x = over(V).map((j) => at(base, j) + sum(terms.map(({ r, c }) => at(c, j) * r[j])))
        over(K).forEach((i) => over(V).forEach((j) => (S[i][j] += at(k, i) * x[j])))
        break
      }
    }
  }
  return { state: S, reads }
}

/** The largest difference, relative where numbers exceed 1. */
export const stepDistance = (a: Step, b: Step): number => {
  const flat = (step: Step): number[] => [
    ...Object.keys(b.states).flatMap((name) => step.states[name].flat()),
    ...Object.keys(b.outputs).flatMap((name) => step.outputs[name]),
  ]
  return largestDifference(flat(a), flat(b))
}

export const largestDifference = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length
    ? Math.max(0, ...a.map((x, i) => (x === b[i] ? 0 : Math.abs(x - b[i]) / Math.max(1, Math.abs(b[i])))))
    : Infinity

/** Numbers between −1 and 1 for every name, the same each time. */
export const givenBy =
  (seed: number): Given =>
  (name) => {
    let h = seed * 2654435761
    for (const c of name) h = Math.imul(h ^ c.codePointAt(0)!, 0x85ebca6b)
    return Array.from({ length: 64 }, (_, i) => {
      let x = Math.imul((h + i * 0x9e3779b9) ^ ((h + i) >>> 15), 0x21f0aaad)
      x ^= x >>> 15
      x = Math.imul(x, 0x735a2d97)
      return ((x ^ (x >>> 15)) >>> 0) / 2 ** 31 - 1
    })
  }

/** A state of numbers between −1 and 1 for each state of a program. */
export const statesBy = (program: LayerProgram, seed: number): Readonly<Record<string, State>> =>
  Object.fromEntries(
    program.states.map(({ state, K, V }) => [
      state,
      Array.from({ length: K }, (_, i) => givenBy(seed)(`${state} row ${i}`).slice(0, V)),
    ]),
  )
