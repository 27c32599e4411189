import { builtins } from '../builtins.ts'
import type { Binder, Expr, Layer, Type } from './layer.ts'
import { dimsIn, sameSize, substitute, type Size } from './size.ts'
import { isColumn, isScalar, printType, scalar } from './types.ts'
import { childrenOf } from './walk.ts'
import { printExpr } from './print.ts'

/** What is wrong with a layer, if anything: names that nothing declares, types that do not follow, a wrong order. */
export const verify = (layer: Layer): readonly string[] => {
  const faults: string[] = []
  const fault = (text: string): void => void faults.push(text)
  const introduced = new Set<string>()
  const dims = new Set(layer.dims.map((d) => d.name))
  const letsSoFar = new Set<string>()

  const agree = (a: Type, b: Type): boolean =>
    a.element === b.element && sameFor(layer, a.rows, b.rows) && sameFor(layer, a.cols, b.cols)

  const checkSize = (size: Size, where: string): void => {
    for (const name of dimsIn(size))
      if (!dims.has(name)) fault(`${where} has a size in ${name}, which is no dim`)
  }
  const checkType = (type: Type, where: string): void => {
    for (const size of [type.rows, type.cols, ...(type.count ? [type.count] : [])]) checkSize(size, where)
  }
  const introduce = (name: string): void => {
    if (introduced.has(name)) fault(`the local name ${name} is bound twice`)
    introduced.add(name)
  }

  const visit = (expr: Expr, scope: ReadonlyMap<string, Type>): void => {
    checkType(expr.type, printExpr(expr))
    const wanted = typeFrom(expr, layer, scope)
    if (typeof wanted === 'string') fault(wanted)
    else if (wanted && !agree(wanted, expr.type))
      fault(`${printExpr(expr)} is a ${printType(expr.type)}, it should be a ${printType(wanted)}`)
    switch (expr.kind) {
      case 'let-in':
        introduce(expr.name)
        visit(expr.value, scope)
        visit(expr.body, new Map([...scope, [expr.name, expr.value.type]]))
        return
      case 'fold':
        introduce(expr.name)
        visit(expr.initial, scope)
        visit(expr.body, new Map([...bound(expr.binder, scope), [expr.name, expr.type]]))
        return
      case 'reduce':
        visit(expr.body, bound(expr.binder, scope))
        return
      default:
        for (const child of childrenOf(expr)) visit(child, scope)
    }
  }
  const bound = (binder: Binder, scope: ReadonlyMap<string, Type>): ReadonlyMap<string, Type> => {
    introduce(binder.variable)
    visit(binder.from, scope)
    visit(binder.to, scope)
    return new Map([...scope, [binder.variable, scalar]])
  }
  const visitItem = (name: string, type: Type, value: Expr, binder?: Binder): void => {
    visit(value, binder ? bound(binder, new Map()) : new Map())
    if (!agree({ ...type, element: value.type.element }, value.type))
      fault(`${name} is a ${printType(type)}, its value a ${printType(value.type)}`)
    if ((type.count !== undefined) !== (binder !== undefined))
      fault(`${name} is an array without a loop over it`)
  }

  for (const item of [...layer.inputs, ...layer.params, ...layer.states]) checkType(item.type, item.name)
  for (const item of layer.lets) {
    visitItem(item.name, item.type, item.value, item.binder)
    readsNow(item.value, (name) => {
      if (!letsSoFar.has(name)) fault(`the let ${item.name} uses ${name}, which comes after it`)
    })
    letsSoFar.add(item.name)
  }
  if (layer.updates.length !== layer.states.length) fault('states and updates are not one to one')
  layer.updates.forEach((update, i) => {
    const state = layer.states[i]
    if (state?.name !== update.state) fault(`the update of ${update.state} is not in the place of its state`)
    else visitItem(update.state, state.type, update.value, update.binder)
  })
  for (const output of layer.outputs) visitItem(output.name, output.type, output.value)
  return faults
}

const readsNow = (expr: Expr, see: (name: string) => void): void => {
  if (expr.kind === 'let' && expr.at.kind === 'now') see(expr.name)
  for (const child of childrenOf(expr)) readsNow(child, see)
}

/** Dims that are computed from others (`dim D = 2 * K`) are written out: where that matters it is a condition. */
const sameFor = (layer: Layer, a: Size, b: Size): boolean => {
  const expand = (size: Size): Size =>
    substitute(size, (name) => {
      const value = layer.dims.find((d) => d.name === name)?.value
      return value?.kind === 'apply' ? expand(value) : undefined
    })
  return sameSize(a, b) || sameSize(expand(a), expand(b))
}

const elementOf = (...exprs: readonly Expr[]): Type['element'] =>
  exprs.some((e) => e.type.element === 'complex') ? 'complex' : 'real'

/** The type that an expression should have; a text where it cannot have one; undefined where any will do. */
const typeFrom = (expr: Expr, layer: Layer, scope: ReadonlyMap<string, Type>): Type | string | undefined => {
  switch (expr.kind) {
    case 'number':
    case 'infinity':
    case 'size':
    case 'position':
    case 'length':
      return scalar
    case 'bool':
      return { ...scalar, element: 'bool' }
    case 'variable':
    case 'local':
      return scope.get(expr.name) ?? `nothing binds ${expr.name}`
    case 'input':
    case 'param':
    case 'let':
    case 'output':
    case 'state': {
      const lists = {
        input: layer.inputs,
        param: layer.params,
        let: layer.lets,
        output: layer.outputs,
        state: layer.states,
      }
      const place = lists[expr.kind].find((item) => item.name === expr.name)
      if (!place) return `there is no ${expr.kind} ${expr.name}`
      const chosen = expr.kind !== 'output' && expr.element !== undefined
      return chosen === (place.type.count !== undefined)
        ? place.type
        : `${expr.name} is read without its element`
    }
    case 'identity':
      return sameSize(expr.type.rows, expr.type.cols) ? undefined : 'I is not square'
    case 'transpose':
      return { element: expr.value.type.element, rows: expr.value.type.cols, cols: expr.value.type.rows }
    case 'negate':
    case 'not':
      return expr.value.type
    case 'component':
      return { ...scalar, element: expr.value.type.element }
    case 'let-in':
      return expr.body.type
    case 'fold':
      return expr.body.type
    case 'reduce':
      return expr.op === 'concat'
        ? isColumn(expr.type)
          ? undefined
          : 'concat is not a vector'
        : expr.body.type
    case 'binary': {
      const { left, right } = expr
      if (expr.op === '@')
        return sameFor(layer, left.type.cols, right.type.rows)
          ? { element: elementOf(left, right), rows: left.type.rows, cols: right.type.cols }
          : `the sizes of ${printExpr(expr)} do not meet`
      const larger = isScalar(left.type) ? right.type : left.type
      const truth = ['&&', '||', '==', '!=', '<', '<=', '>', '>='].includes(expr.op)
      return { element: truth ? 'bool' : elementOf(left, right), rows: larger.rows, cols: larger.cols }
    }
    case 'call':
      return builtins[expr.fn].sort === 'reduction' && !isScalar(expr.type)
        ? `${expr.fn} gives a scalar`
        : undefined
    default:
      return expr satisfies never
  }
}
