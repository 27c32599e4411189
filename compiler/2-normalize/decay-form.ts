import * as Q from '../rational.ts'
import * as P from './polynomial.ts'
import type { Factor, Polynomial } from './polynomial.ts'

/**
 * How a decay is kept: as its logarithm where it is a product of exponentials and sigmoids (the products of many
 * decays are then exp of short sums), else as it stands (signed, zero, or a number of the spec).
 *
 *     exp(g)·sigmoid(x)  ⇒  log: g + logsigmoid(x)          1 − f  ⇒  plain
 */
export const decayForm = (
  value: Polynomial,
): { readonly form: 'log' | 'plain'; readonly value: Polynomial } => {
  const log = logarithm(value)
  return log && !P.isZero(log) ? { form: 'log', value: log } : { form: 'plain', value }
}

const logarithm = (p: Polynomial): Polynomial | undefined => {
  if (p.terms.length !== 1) return undefined
  const [term] = p.terms
  if (!Q.isOne(term.coefficient)) return undefined
  let sum = term.exponent ?? P.zero
  for (const factor of term.factors) {
    const log = logarithmOfFactor(factor)
    if (!log) return undefined
    sum = P.add(sum, log)
  }
  return sum
}

const logarithmOfFactor = ({ atom, power }: Factor): Polynomial | undefined => {
  if (atom.kind !== 'call') return undefined
  const times = (p: Polynomial): Polynomial => P.multiply(p, P.whole(power))
  switch (atom.fn) {
    case 'sigmoid':
      return times(P.call('logsigmoid', atom.args))
    case 'sqrt': {
      const log = logarithm(atom.args[0])
      return log && times(P.multiply(log, P.constant(Q.rational(1, 2))))
    }
    case 'pow': {
      const log = logarithm(atom.args[0])
      return log && times(P.multiply(log, atom.args[1]))
    }
    default:
      return undefined
  }
}

/** The factor on the state that a decay stands for. */
export const decayFactor = (decay: {
  readonly form: 'log' | 'plain'
  readonly value: Polynomial
}): Polynomial => (decay.form === 'log' ? P.exponential(decay.value) : decay.value)
