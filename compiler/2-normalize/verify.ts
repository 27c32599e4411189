import { readsIn } from './polynomial.ts'
import type { LayerProgram, StateProgram } from './state-program.ts'

/**
 * What is wrong with a program: reads are named once and before use, nothing that a token gives holds a read,
 * writes use only reads along the key axis.
 */
export const verify = (program: LayerProgram): readonly string[] => {
  const faults: string[] = []
  const known = new Map<string, Set<string>>()
  for (const state of program.states) known.set(state.state, verifyState(state, faults))
  for (const output of program.outputs) {
    for (const { state, read } of output.reads)
      if (!known.get(state)?.has(read))
        faults.push(`output ${output.name} uses ${read}, which ${state} does not read`)
    if (output.kind === 'linear' && readsIn(output.direct).length > 0)
      faults.push(`output ${output.name}: a read is left in what is given`)
  }
  return faults
}

const verifyState = (program: StateProgram, faults: string[]): Set<string> => {
  const keyReads = new Set<string>()
  const all = new Set<string>()
  const given = (what: string, p: Parameters<typeof readsIn>[0]) => {
    if (readsIn(p).length > 0) faults.push(`${program.state}: ${what} holds a read`)
  }
  for (const op of program.ops) {
    switch (op.kind) {
      case 'decay':
        given('a decay', op.value)
        break
      case 'read':
        given('a read key', op.p)
        if (all.has(op.id)) faults.push(`${program.state}: ${op.id} is read twice`)
        all.add(op.id)
        if (op.axis === 'key') keyReads.add(op.id)
        break
      case 'write':
        given('a write key', op.k)
        given('a written value', op.given)
        for (const term of op.terms) {
          given('a coefficient', term.coefficient)
          if (!keyReads.has(term.read))
            faults.push(`${program.state}: a write uses ${term.read} before it is read along the key axis`)
        }
        break
    }
  }
  return all
}
