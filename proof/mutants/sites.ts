import type { Expr, LoopProgram, Statement, Step } from '../../compiler/4-lower/loop-ir.ts'
import type { LoweredForm, LoweredLayer } from '../../compiler/4-lower/lowered.ts'
import { printExpr } from '../../compiler/4-lower/print.ts'
import { initialTypes, typeOf, type Types, type ValueType } from '../../compiler/4-lower/type-of.ts'
import { boundBy, everyStatement, operands, withOperands } from '../../compiler/4-lower/walk.ts'

/** What an operator may look at besides the part that it changes. */
export interface Surroundings {
  readonly layer: LoweredLayer
  readonly form: LoweredForm
  readonly program: LoopProgram
  readonly typeOf: (e: Expr) => ValueType
  /** Whether a name is a loop variable or a local of the kernel, not a uniform or a group. */
  readonly isLocal: (name: string) => boolean
  /** Whether a whole number depends on the lengths of sequences, not on sizes alone. */
  readonly isRagged: (e: Expr) => boolean
}

/** One way to break a kernel. Each function gives the broken part, or nothing where it does not apply. */
export interface Operator {
  /** What goes wrong: `drop a mask`. */
  readonly kind: string
  readonly expr?: (e: Expr, at: Surroundings) => Expr | undefined
  readonly statement?: (s: Statement, at: Surroundings) => readonly Statement[] | undefined
  /** On the steps of a workgroup, one list at a time. */
  readonly steps?: (steps: readonly Step[], i: number, at: Surroundings) => readonly Step[] | undefined
}

export interface Break {
  readonly program: LoopProgram
  /** The region's note. */
  readonly region: string
  readonly description: string
}

/** How many places in a program an operator applies to. */
export const countSites = (operator: Operator, at: Surroundings): number => {
  let count = 0
  rewrite(operator, at, () => {
    count++
    return false
  })
  return count
}

/** The program broken at one of those places. */
export const breakAt = (operator: Operator, at: Surroundings, site: number): Break => {
  let count = 0
  let found = { region: '', description: '' }
  const program = rewrite(operator, at, (region, description) => {
    if (count++ !== site) return false
    found = { region, description: description() }
    return true
  })
  return { program, ...found }
}

/** `take` is asked at each place whether to break there. */
const rewrite = (
  operator: Operator,
  at: Surroundings,
  take: (region: string, description: () => string) => boolean,
): LoopProgram => {
  let region = ''
  const expr = (e: Expr): Expr => {
    const broken = operator.expr?.(e, at)
    if (broken && take(region, () => `${printExpr(e)} ⇒ ${printExpr(broken)}`)) return broken
    return withOperands(e, expr)
  }
  const statements = (body: readonly Statement[]): readonly Statement[] => body.flatMap(statement)
  const statement = (s: Statement): readonly Statement[] => {
    const broken = operator.statement?.(s, at)
    if (broken && take(region, () => describe(s))) return broken
    switch (s.kind) {
      case 'let':
      case 'var':
      case 'assign':
        return [{ ...s, value: expr(s.value) }]
      case 'store':
        return [{ ...s, index: expr(s.index), value: expr(s.value) }]
      case 'each':
        return [{ ...s, count: expr(s.count), body: statements(s.body) }]
      case 'for':
        return [{ ...s, from: expr(s.from), to: expr(s.to), body: statements(s.body) }]
      case 'if': {
        // Where both sides say what happens, their border may as well belong to either.
        const condition = s.else ? s.condition : expr(s.condition)
        return [{ ...s, condition, then: statements(s.then), else: s.else && statements(s.else) }]
      }
      default:
        return s satisfies never
    }
  }
  const steps = (body: readonly Step[]): readonly Step[] => {
    for (let i = 0; i < body.length; i++) {
      const broken = operator.steps?.(body, i, at)
      const step = body[i]
      const name = step.kind === 'region' ? step.note : step.kind
      if (broken && take(name, () => `${name}, among ${body.length} steps`)) return broken
    }
    return body.map(step)
  }
  const step = (s: Step): Step => {
    switch (s.kind) {
      case 'region':
        region = s.note
        return { ...s, body: statements(s.body) }
      case 'for':
        return { ...s, from: expr(s.from), to: expr(s.to), body: steps(s.body) }
      case 'let':
        return { ...s, value: expr(s.value) }
      case 'if':
        // What a whole workgroup skips has conditions of its own inside.
        return { ...s, body: steps(s.body) }
      default:
        return s satisfies never
    }
  }
  return { ...at.program, body: steps(at.program.body) }
}

const describe = (s: Statement): string => {
  switch (s.kind) {
    case 'let':
    case 'var':
    case 'assign':
      return `${s.name} = ${printExpr(s.value)}`
    case 'store':
      return `${s.array}[${printExpr(s.index)}] = ${printExpr(s.value)}`
    case 'each':
      return `each ${s.variable} in 0..${printExpr(s.count)}`
    case 'for':
      return `for ${s.variable} in ${printExpr(s.from)}..${printExpr(s.to)}`
    case 'if':
      return `if ${printExpr(s.condition)}`
    default:
      return s satisfies never
  }
}

/** What operators look at in one stage of a form. */
export const surroundingsOf = (
  layer: LoweredLayer,
  form: LoweredForm,
  program: LoopProgram,
): Surroundings => {
  const types: Types = initialTypes(program)
  const locals = new Set<string>()
  const ragged = new Set<string>()
  const isRagged = (e: Expr): boolean =>
    (e.kind === 'load' && e.array.startsWith('table.')) ||
    (e.kind === 'name' && ragged.has(e.name)) ||
    operands(e).some(isRagged)
  everyStatement(program.body, (s) => {
    const name = boundBy(s)
    if (name === undefined) return
    locals.add(name)
    if (s.kind === 'let' && isRagged(s.value)) ragged.add(name)
    types.names.set(name, (s.kind === 'let' || s.kind === 'var') && 'type' in s ? s.type : 'i32')
  })
  return {
    layer,
    form,
    program,
    typeOf: (e) => typeOf(e, types),
    isLocal: (name) => locals.has(name),
    isRagged,
  }
}
