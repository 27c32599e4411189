import type { Pass } from '../pass.ts'
import type { Expr, LoopProgram, Statement } from './loop-ir.ts'
import { everyStatement, rewriteRegions, rewriteStatement, valueNames, withOperands } from './walk.ts'

/** Statements that one loop may come to: devices compile long kernels slowly, or not at all. */
const mostStatements = 2_048

/**
 * Write loops that ask for it out as copies, inner loops first.
 *
 *     for i in 0..2 unrolled { let a = x[i] … }   ⇒   let a_0 = x[0] …  let a_1 = x[1] …
 *
 * Loops whose bounds are not literals, and those that would come to too much, stay. Names stay bound once.
 */
export const unroll: Pass<LoopProgram> = {
  name: 'unroll',
  run: (program) => {
    const taken = new Set(valueNames(program))
    const fresh = (name: string, i: number): string => {
      let candidate = `${name}_${i}`.replace('-', 'm')
      while (taken.has(candidate)) candidate += '_'
      taken.add(candidate)
      return candidate
    }
    let changed = false

    const statements = (body: readonly Statement[]): readonly Statement[] => body.flatMap(statement)
    const statement = (s: Statement): readonly Statement[] => {
      switch (s.kind) {
        case 'each':
          return [{ ...s, body: statements(s.body) }]
        case 'if':
          return [
            {
              ...s,
              then: statements(s.then),
              ...(s.else === undefined ? {} : { else: statements(s.else) }),
            },
          ]
        case 'for': {
          const loop = { ...s, body: statements(s.body) }
          if (s.unroll !== true || s.from.kind !== 'int' || s.to.kind !== 'int') return [loop]
          const { value: from } = s.from
          const times = Math.max(0, s.to.value - from)
          if (times * countStatements(loop.body) > mostStatements) return [loop]
          changed = true
          const order = Array.from({ length: times }, (_, i) => from + (s.down === true ? times - 1 - i : i))
          return order.flatMap((i) => copy(loop.body, s.variable, i, fresh))
        }
        default:
          return [s]
      }
    }
    const body = rewriteRegions(program.body, statements)
    return changed ? { ...program, body } : program
  },
}

const countStatements = (body: readonly Statement[]): number => {
  let count = 0
  everyStatement(body, () => count++)
  return count
}

/** A loop's body with its variable at one value; what the body binds for its own rest gets new names. */
const copy = (
  body: readonly Statement[],
  variable: string,
  value: number,
  fresh: (name: string, i: number) => string,
): readonly Statement[] => {
  const meaning = new Map<string, Expr>([[variable, { kind: 'int', value }]])
  const names = new Map<string, string>()
  for (const s of body)
    if (s.kind === 'let' || s.kind === 'var') {
      const name = fresh(s.name, value)
      names.set(s.name, name)
      meaning.set(s.name, { kind: 'name', name })
    }
  const expr = (e: Expr): Expr => (e.kind === 'name' ? (meaning.get(e.name) ?? e) : withOperands(e, expr))
  return body.map((s) => rewriteStatement(s, { expr, name: (name) => names.get(name) ?? name }))
}
