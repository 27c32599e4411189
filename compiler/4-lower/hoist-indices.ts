import type { Pass } from '../pass.ts'
import type { Expr, LoopProgram, Statement } from './loop-ir.ts'
import { printExpr } from './print.ts'
import {
  boundBy,
  everyStatement,
  operands,
  rewriteRegions,
  rewriteStatement,
  valueNames,
  withOperands,
} from './walk.ts'

/**
 * Work out the part of an index that a loop does not change before the loop.
 *
 *     for d { … x[(row · H + h) · K + d] }   ⇒   let at_0 = (row · H + h) · K;  for d { … x[at_0 + d] }
 *
 * Only arithmetic of whole numbers moves, never a load. Run before `unroll`: copies then share what they have in
 * common.
 */
export const hoistIndices: Pass<LoopProgram> = {
  name: 'hoist-indices',
  run: (program) => {
    const taken = new Set(valueNames(program))
    const hoisted = new Set<string>()
    let next = 0
    const fresh = (): string => {
      while (taken.has(`at_${next}`)) next++
      const name = `at_${next++}`
      hoisted.add(name)
      return name
    }

    const statements = (body: readonly Statement[]): readonly Statement[] => body.flatMap(statement)
    const statement = (s: Statement): readonly Statement[] => {
      switch (s.kind) {
        case 'each':
        case 'for': {
          const { before, body } = hoist(s.variable, statements(s.body), fresh, hoisted)
          return [...before, { ...s, body }]
        }
        case 'if':
          return [
            {
              ...s,
              then: statements(s.then),
              ...(s.else === undefined ? {} : { else: statements(s.else) }),
            },
          ]
        default:
          return [s]
      }
    }
    const body = rewriteRegions(program.body, statements)
    return hoisted.size === 0 ? program : { ...program, body }
  },
}

/** Take out of a loop's body what neither its variable nor anything bound or assigned in it has a part in. */
const hoist = (
  variable: string,
  body: readonly Statement[],
  fresh: () => string,
  hoisted: ReadonlySet<string>,
): { readonly before: readonly Statement[]; readonly body: readonly Statement[] } => {
  const changing = new Set([variable])
  everyStatement(body, (s) => {
    const name = s.kind === 'assign' ? s.name : boundBy(s)
    if (name !== undefined) changing.add(name)
  })
  const before: Statement[] = []
  // What inner loops have handed over goes on outwards if it can; their names are unique.
  const staying = body.filter((s) => {
    const goes = s.kind === 'let' && hoisted.has(s.name) && isFixed(s.value, changing)
    if (goes) {
      before.push(s)
      changing.delete(s.name)
    }
    return !goes
  })
  const known = new Map<string, Expr>()
  const index = (e: Expr): Expr => {
    if (!isArithmetic(e)) return expr(e)
    if (!isWorthwhile(e) || !isFixed(e, changing)) return withOperands(e, index)
    const key = printExpr(e)
    const seen = known.get(key)
    if (seen !== undefined) return seen
    const name: Expr = { kind: 'name', name: fresh() }
    before.push({ kind: 'let', name: name.name, type: 'i32', value: e })
    known.set(key, name)
    return name
  }
  const expr = (e: Expr): Expr =>
    e.kind === 'load' ? { ...e, index: index(e.index) } : withOperands(e, expr)
  return {
    body: staying.map((s) =>
      rewriteStatement(s, { expr, place: (array, at) => ({ array, index: index(at) }) }),
    ),
    before,
  }
}

type Arithmetic = Extract<Expr, { kind: 'binary' | 'int-min' | 'int-max' }>

const isArithmetic = (e: Expr): e is Arithmetic =>
  e.kind === 'int-min' || e.kind === 'int-max' || (e.kind === 'binary' && '+-*/%'.includes(e.op))

/** One addition costs less than a name. */
const isWorthwhile = (e: Arithmetic): boolean =>
  e.kind !== 'binary' || !'+-'.includes(e.op) || isArithmetic(e.left) || isArithmetic(e.right)

const isFixed = (e: Expr, changing: ReadonlySet<string>): boolean => {
  if (e.kind === 'name') return !changing.has(e.name)
  return e.kind === 'int' || (isArithmetic(e) && operands(e).every((operand) => isFixed(operand, changing)))
}
