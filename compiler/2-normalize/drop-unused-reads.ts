import type { Pass } from '../pass.ts'
import type { LayerProgram } from './state-program.ts'

/** A read that neither a write nor an output uses goes. */
export const dropUnusedReads: Pass<LayerProgram> = {
  name: 'drop-unused-reads',
  run: (program) => ({
    ...program,
    states: program.states.map((s) => {
      const used = new Set<string>()
      for (const op of s.ops) if (op.kind === 'write') for (const term of op.terms) used.add(term.read)
      for (const output of program.outputs)
        for (const r of output.reads) if (r.state === s.state) used.add(r.read)
      return { ...s, ops: s.ops.filter((op) => op.kind !== 'read' || used.has(op.id)) }
    }),
  }),
}
