import type { Pass } from '../pass.ts'
import type { LayerProgram } from './state-program.ts'

/** Number the reads in program order: r1, r2, … Afterwards programs that differ only in names print alike. */
export const nameReads: Pass<LayerProgram> = {
  name: 'name-reads',
  run: (program) => {
    const names = new Map<string, string>()
    for (const s of program.states)
      for (const op of s.ops) if (op.kind === 'read') names.set(`${s.state} ${op.id}`, `r${names.size + 1}`)
    const rename = (state: string, id: string): string => names.get(`${state} ${id}`)!
    return {
      ...program,
      states: program.states.map((s) => ({
        ...s,
        ops: s.ops.map((op) => {
          switch (op.kind) {
            case 'decay':
              return op
            case 'read':
              return { ...op, id: rename(s.state, op.id) }
            case 'write':
              return { ...op, terms: op.terms.map((t) => ({ ...t, read: rename(s.state, t.read) })) }
          }
        }),
      })),
      outputs: program.outputs.map((o) =>
        o.kind === 'linear'
          ? { ...o, reads: o.reads.map((r) => ({ ...r, read: rename(r.state, r.read) })) }
          : { ...o, reads: o.reads.map((r) => ({ ...r, read: rename(r.state, r.read) })) },
      ),
    }
  },
}
