import { builtins, type BuiltinName, type ScalarFunction } from '../builtins.ts'
import type { Expr, LoopProgram, Statement, Step } from './loop-ir.ts'
import { printExpr } from './print.ts'
import { builtinNames, initialTypes, type ValueType } from './type-of.ts'
import { arrayNames, operands } from './walk.ts'

/** What every WebGPU device offers without being asked. */
export const limits = { storageBindings: 8, workgroupBytes: 16_384, workgroupSize: 256 } as const

interface Bound {
  readonly type: ValueType
  /** `step`: the same for the whole workgroup. */
  readonly sort: 'step' | 'let' | 'var' | 'variable'
}

/**
 * What is wrong with a program, one sentence each; empty where nothing is.
 *
 * A program that passes has every name bound once in its scope and used in it, types that fit, stores only to what
 * may be written, steps that are the same for all invocations, and sizes within WebGPU's default limits. Whether
 * accesses are in bounds and free of races is for `simulate` to find.
 */
export const verify = (program: LoopProgram): string[] => {
  const faults: string[] = []
  const fault = (text: string): void => {
    faults.push(`${program.name}: ${text}`)
  }
  const { arrays } = initialTypes(program)
  const constant = new Set(program.bindings.filter((b) => b.access === 'read').map((b) => b.name))
  const scope = new Map<string, Bound>()
  for (const name of [...builtinNames, ...program.uniforms]) scope.set(name, { type: 'i32', sort: 'step' })

  const declarations = (): void => {
    const values = [...builtinNames, ...program.uniforms]
    for (const names of [values, arrayNames(program)])
      for (const name of new Set(names.filter((name, e) => names.indexOf(name) !== e)))
        fault(`${name} is declared twice`)
    for (const array of [...program.workgroup, ...program.private]) {
      if (!Number.isInteger(array.size) || array.size < 1) fault(`${array.name} has the size ${array.size}`)
    }
    if (program.bindings.length > limits.storageBindings)
      fault(`${program.bindings.length} storage bindings are more than ${limits.storageBindings}`)
    const bytes = program.workgroup.reduce((sum, array) => sum + 4 * array.size, 0)
    if (bytes > limits.workgroupBytes)
      fault(`${bytes} bytes of workgroup memory are more than ${limits.workgroupBytes}`)
    const W = program.workgroupSize
    if (!Number.isInteger(W) || W < 1 || W > limits.workgroupSize)
      fault(`a workgroup of ${W} is not one of 1 to ${limits.workgroupSize}`)
  }

  /** The type of an expression; undefined where a fault was found in it. */
  const typeOf = (expr: Expr): ValueType | undefined => {
    switch (expr.kind) {
      case 'real':
      case 'infinity':
        return 'f32'
      case 'int':
        if (!Number.isInteger(expr.value) || Math.abs(expr.value) > 2 ** 31 - 1)
          fault(`${expr.value} is not an i32`)
        return 'i32'
      case 'bool':
        return 'bool'
      case 'name': {
        const bound = scope.get(expr.name)
        if (bound === undefined) fault(`${expr.name} is not bound where it is used`)
        return bound?.type
      }
      case 'load': {
        expect(expr.index, 'i32')
        const element = arrays.get(expr.array)
        if (element === undefined) fault(`${expr.array} is not declared`)
        return element
      }
      case 'negate': {
        const type = typeOf(expr.value)
        if (type === 'bool') fault(`${printExpr(expr)} negates a bool`)
        return type
      }
      case 'not':
        return expect(expr.value, 'bool')
      case 'binary':
        return binary(expr)
      case 'select': {
        expect(expr.condition, 'bool')
        const type = typeOf(expr.then)
        if (type !== undefined) expect(expr.else, type)
        return type
      }
      case 'call': {
        for (const arg of expr.args) expect(arg, 'f32')
        const [least, most] = arity(expr.fn)
        if (expr.args.length < least || expr.args.length > most)
          fault(`${expr.fn} is called with ${expr.args.length} values`)
        return 'f32'
      }
      case 'real-of':
        expect(expr.value, 'i32')
        return 'f32'
      case 'int-of':
        expect(expr.value, 'f32')
        return 'i32'
      case 'int-min':
      case 'int-max':
        expect(expr.left, 'i32')
        expect(expr.right, 'i32')
        return 'i32'
    }
  }

  const binary = (expr: Extract<Expr, { kind: 'binary' }>): ValueType | undefined => {
    if (expr.op === '&&' || expr.op === '||') {
      expect(expr.left, 'bool')
      return expect(expr.right, 'bool')
    }
    const type = typeOf(expr.left)
    if (type !== undefined) expect(expr.right, type)
    const compares = ['<', '<=', '>', '>=', '==', '!='].includes(expr.op)
    if (type === 'bool' && expr.op !== '==' && expr.op !== '!=') fault(`${printExpr(expr)} is not for bools`)
    if (type === 'f32' && expr.op === '%') fault(`${printExpr(expr)} takes a remainder of real numbers`)
    return compares ? 'bool' : type
  }

  const expect = (expr: Expr, wanted: ValueType): ValueType => {
    const type = typeOf(expr)
    if (type !== undefined && type !== wanted) fault(`${printExpr(expr)} is ${type} where ${wanted} belongs`)
    return wanted
  }

  /** Nothing that could differ between the invocations of a workgroup. */
  const uniform = (expr: Expr, what: string): void => {
    if (expr.kind === 'name' && (expr.name === 'lane' || (scope.get(expr.name)?.sort ?? 'step') !== 'step'))
      fault(`${what} depends on ${expr.name}, which differs between lanes`)
    if (expr.kind === 'load' && !constant.has(expr.array))
      fault(`${what} reads ${expr.array}, which the kernel may write`)
    operands(expr).forEach((operand) => uniform(operand, what))
  }

  /** Bind a name while `inside` runs, or, without it, until the surrounding block ends. */
  const bind = (name: string, bound: Bound, block: string[]): void => {
    if (scope.has(name)) fault(`${name} is bound again while it is in scope`)
    else {
      scope.set(name, bound)
      block.push(name)
    }
  }
  const inBlock = (check: (block: string[]) => void): void => {
    const block: string[] = []
    check(block)
    for (const name of block) scope.delete(name)
  }

  const statements = (body: readonly Statement[]): void =>
    inBlock((block) => body.forEach((s) => statement(s, block)))

  const statement = (s: Statement, block: string[]): void => {
    switch (s.kind) {
      case 'each':
        expect(s.count, 'i32')
        uniform(s.count, `the count of each ${s.variable}`)
        return inBlock((inner) => {
          bind(s.variable, { type: 'i32', sort: 'variable' }, inner)
          statements(s.body)
        })
      case 'let':
      case 'var':
        expect(s.value, s.type)
        return bind(s.name, { type: s.type, sort: s.kind }, block)
      case 'assign': {
        const bound = scope.get(s.name)
        if (bound?.sort !== 'var') fault(`${s.name} is assigned to but is no var`)
        else expect(s.value, bound.type)
        return
      }
      case 'store': {
        expect(s.index, 'i32')
        const element = arrays.get(s.array)
        if (element === undefined) fault(`${s.array} is not declared`)
        else expect(s.value, element)
        if (constant.has(s.array)) fault(`${s.array} is written but declared read`)
        return
      }
      case 'for':
        expect(s.from, 'i32')
        expect(s.to, 'i32')
        return inBlock((inner) => {
          bind(s.variable, { type: 'i32', sort: 'variable' }, inner)
          statements(s.body)
        })
      case 'if':
        expect(s.condition, 'bool')
        statements(s.then)
        return statements(s.else ?? [])
    }
  }

  const steps = (body: readonly Step[]): void => inBlock((block) => body.forEach((s) => step(s, block)))

  const step = (s: Step, block: string[]): void => {
    switch (s.kind) {
      case 'region':
        return statements(s.body)
      case 'let':
        expect(s.value, 'i32')
        uniform(s.value, s.name)
        return bind(s.name, { type: 'i32', sort: 'step' }, block)
      case 'for':
        for (const bound of [s.from, s.to]) {
          expect(bound, 'i32')
          uniform(bound, `a bound of ${s.variable}`)
        }
        return inBlock((inner) => {
          bind(s.variable, { type: 'i32', sort: 'step' }, inner)
          steps(s.body)
        })
      case 'if':
        expect(s.condition, 'bool')
        uniform(s.condition, 'the condition of a step')
        return steps(s.body)
    }
  }

  declarations()
  steps(program.body)
  return faults
}

const arity = (fn: ScalarFunction): readonly [number, number] => {
  if (fn === 'expm1') return [1, 1]
  // As a function of numbers, not the reduction of the same name.
  if (fn === 'min' || fn === 'max') return [2, 2]
  return builtins[fn satisfies BuiltinName].arity
}
