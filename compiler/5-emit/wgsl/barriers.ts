import type { LoopProgram, Statement, Step } from '../../4-lower/loop-ir.ts'
import { everyExpression, everyStatement } from '../../4-lower/walk.ts'

/** A step with the barrier that must stand before it. */
export interface Guarded {
  readonly step: Step
  readonly barrier?: Barrier
  /** The steps inside, where it has some. */
  readonly body: readonly Guarded[]
}

/** Which memory two regions meet in. */
export interface Barrier {
  readonly workgroup: boolean
  readonly storage: boolean
}

/** What invocations have touched since the last barrier. */
interface Touched {
  readonly read: ReadonlySet<string>
  readonly written: ReadonlySet<string>
}

const nothing: Touched = { read: new Set(), written: new Set() }

/**
 * Put barriers only where a region meets an earlier one: one of the two writes an array that the other touches.
 *
 *     region A; region B   ⇒   A; barrier; B     where writes(A) ∩ touches(B) or touches(A) ∩ writes(B)
 *
 * A loop's first region follows its last one as well as what stands before the loop.
 */
export const placeBarriers = (program: LoopProgram): readonly Guarded[] => {
  const workgroup = new Set(program.workgroup.map((array) => array.name))
  const storage = new Set(program.bindings.filter((b) => b.access === 'read_write').map((b) => b.name))
  const shared = new Set([...workgroup, ...storage])

  const steps = (body: readonly Step[], before: Touched): { guarded: Guarded[]; after: Touched } => {
    const guarded: Guarded[] = []
    let pending = before
    for (const s of body) {
      switch (s.kind) {
        case 'let':
          guarded.push({ step: s, body: [] })
          break
        case 'region': {
          const own = touchedBy(s.body, shared)
          const met = meeting(pending, own)
          const barrier: Barrier = {
            workgroup: met.some((name) => workgroup.has(name)),
            storage: met.some((name) => storage.has(name)),
          }
          if (met.length === 0) {
            guarded.push({ step: s, body: [] })
            pending = both(pending, own)
          } else {
            guarded.push({ step: s, barrier, body: [] })
            pending = both(
              without(pending, barrier.workgroup ? workgroup : none, barrier.storage ? storage : none),
              own,
            )
          }
          break
        }
        case 'if': {
          const inner = steps(s.body, pending)
          guarded.push({ step: s, body: inner.guarded })
          pending = both(pending, inner.after)
          break
        }
        case 'for': {
          let entry = pending
          let inner = steps(s.body, entry)
          for (let next = both(entry, inner.after); !same(next, entry); next = both(entry, inner.after)) {
            entry = next
            inner = steps(s.body, entry)
          }
          guarded.push({ step: s, body: inner.guarded })
          pending = both(pending, inner.after)
          break
        }
      }
    }
    return { guarded, after: pending }
  }
  return steps(program.body, nothing).guarded
}

const none: ReadonlySet<string> = new Set()

const touchedBy = (body: readonly Statement[], shared: ReadonlySet<string>): Touched => {
  const read = new Set<string>()
  const written = new Set<string>()
  everyExpression(body, (e) => {
    if (e.kind === 'load' && shared.has(e.array)) read.add(e.array)
  })
  everyStatement(body, (s) => {
    if (s.kind === 'store' && shared.has(s.array)) written.add(s.array)
  })
  return { read, written }
}

const meeting = (before: Touched, now: Touched): string[] => [
  ...[...now.written].filter((name) => before.read.has(name) || before.written.has(name)),
  ...[...now.read].filter((name) => before.written.has(name)),
]

const both = (a: Touched, b: Touched): Touched => ({
  read: new Set([...a.read, ...b.read]),
  written: new Set([...a.written, ...b.written]),
})

const without = (a: Touched, ...gone: readonly ReadonlySet<string>[]): Touched => {
  const keep = (names: ReadonlySet<string>): Set<string> =>
    new Set([...names].filter((name) => !gone.some((set) => set.has(name))))
  return { read: keep(a.read), written: keep(a.written) }
}

const same = (a: Touched, b: Touched): boolean =>
  a.read.size === b.read.size && a.written.size === b.written.size
