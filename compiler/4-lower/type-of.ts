import { bug } from '../pass.ts'
import type { ElementType, Expr, LoopProgram } from './loop-ir.ts'

export type ValueType = ElementType | 'bool'

/**
 * What names and arrays hold. One mutable map of names is enough for a walk in program order: a name may be bound
 * again once its scope has ended, but never while it is in scope.
 */
export interface Types {
  readonly names: Map<string, ValueType>
  readonly arrays: ReadonlyMap<string, ElementType>
}

/** The `i32` names that every program has besides its uniforms. */
export const builtinNames = ['lane', 'group.x', 'group.y', 'group.z'] as const

/** The names that are known before the first step, and all arrays. */
export const initialTypes = (program: LoopProgram): Types => ({
  names: new Map([...builtinNames, ...program.uniforms].map((name) => [name, 'i32' as const])),
  arrays: new Map(
    [...program.bindings, ...program.workgroup, ...program.private].map((a) => [a.name, a.element] as const),
  ),
})

const comparisons: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=', '&&', '||'])

/** The type of an expression in a program that verifies. */
export const typeOf = (expr: Expr, types: Types): ValueType => {
  switch (expr.kind) {
    case 'real':
    case 'infinity':
    case 'call':
    case 'real-of':
      return 'f32'
    case 'int':
    case 'int-of':
    case 'int-min':
    case 'int-max':
      return 'i32'
    case 'bool':
    case 'not':
      return 'bool'
    case 'name':
      return types.names.get(expr.name) ?? bug(`a kernel uses ${expr.name}, which is not bound`)
    case 'load':
      return types.arrays.get(expr.array) ?? bug(`a kernel reads ${expr.array}, which is not declared`)
    case 'negate':
      return typeOf(expr.value, types)
    case 'binary':
      return comparisons.has(expr.op) ? 'bool' : typeOf(expr.left, types)
    case 'select':
      return typeOf(expr.then, types)
  }
}
