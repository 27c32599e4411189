import * as P from './polynomial.ts'
import type { Polynomial } from './polynomial.ts'
import type { Decay, LayerProgram, StateProgram, Write } from './state-program.ts'

/** What a program shows about each state: all that later phases and `explain` choose by. */
export interface StateFacts {
  readonly state: string
  readonly K: number
  readonly V: number
  readonly transposed: boolean
  readonly transition: Transition
  /** In the words of the field: `gated delta rule`. */
  readonly className: string
  readonly key?: DecayFacts
  readonly value?: DecayFacts
  /** How many rank-one terms act on the state before it is written: the rank of transition − diagonal. */
  readonly rank: number
  /** How many outer products are written per token. */
  readonly writes: number
  /** Micro-steps that each correct what they read: products of so many Householder-like factors. */
  readonly factors: number
  /** Every correction is written at the key that it was read with (the cheap, tied form). */
  readonly tied: boolean
}

export type Transition = 'identity' | 'scalar' | 'diagonal' | 'IPLR' | 'scalar plus low rank' | 'DPLR'

export interface DecayFacts {
  /** One factor for all lanes of the axis, or one for each. */
  readonly width: 'scalar' | 'vector'
  readonly form: 'log' | 'plain'
  /** Whether it changes from token to token, or is set once per head. */
  readonly varies: boolean
}

export const factsOf = (program: LayerProgram): readonly StateFacts[] => program.states.map(stateFacts)

const stateFacts = (program: StateProgram): StateFacts => {
  const writes = program.ops.filter((op): op is Write => op.kind === 'write')
  const fed = writes.filter((w) => w.terms.length > 0)
  const key = decayFacts(program, 'key')
  const value = decayFacts(program, 'value')
  const tied = fed.length > 0 && fed.every((w) => isTied(program, w))
  const rank = fed.length
  const wide = [key, value].some((d) => d?.width === 'vector')
  const scalar = [key, value].some((d) => d?.width === 'scalar')
  const transition: Transition =
    rank === 0
      ? wide
        ? 'diagonal'
        : scalar
          ? 'scalar'
          : 'identity'
      : wide
        ? 'DPLR'
        : scalar
          ? 'scalar plus low rank'
          : 'IPLR'
  return {
    state: program.state,
    K: program.K,
    V: program.V,
    transposed: program.transposed,
    transition,
    className: className({ key, value, rank, tied }),
    key,
    value,
    rank,
    writes: writes.length,
    factors: tied ? rank : 0,
    tied,
  }
}

const className = ({
  key,
  value,
  rank,
  tied,
}: Pick<StateFacts, 'key' | 'value' | 'rank' | 'tied'>): string => {
  const decay = key ?? value
  if (rank === 0) {
    if (!decay) return 'plain accumulation'
    if (key && value) return 'decay of both axes'
    const time = decay.varies ? 'data-dependent' : 'time-invariant'
    return `${time} ${decay.width === 'scalar' ? 'scalar' : 'diagonal'} decay`
  }
  if (tied) {
    const rule = rank === 1 ? 'delta rule' : `product of ${rank} delta rules`
    return decay ? `gated ${rule}` : rule
  }
  return decay?.width === 'vector' ? 'diagonal plus low rank (DPLR)' : 'identity plus low rank (IPLR)'
}

/** A correction is tied when it leans on one read, made with the key that it is written at. */
const isTied = (program: StateProgram, write: Write): boolean => {
  if (write.terms.length !== 1) return false
  const read = program.ops.find((op) => op.kind === 'read' && op.id === write.terms[0].read)
  if (read?.kind !== 'read') return false
  const [p, k] = [P.splitScalar(read.p).vector, P.splitScalar(write.k).vector]
  return P.same(p, k)
}

const decayFacts = (program: StateProgram, axis: 'key' | 'value'): DecayFacts | undefined => {
  const decays = program.ops.filter((op): op is Decay => op.kind === 'decay' && op.axis === axis)
  if (decays.length === 0) return undefined
  return {
    width: decays.some((d) => d.value.lanes > 1) ? 'vector' : 'scalar',
    form: decays.every((d) => d.form === 'log') ? 'log' : 'plain',
    varies: decays.some((d) => usesInputs(d.value)),
  }
}

const usesInputs = (p: Polynomial): boolean => {
  let found = false
  P.visitAtoms(p, (atom) => {
    if (atom.kind === 'input') found = true
    if ((atom.kind === 'slab' || atom.kind === 'matvec') && atom.matrix.source === 'input') found = true
  })
  return found
}
