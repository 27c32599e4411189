import type { Binder, Expr, Layer } from './layer.ts'
import { walk } from './walk.ts'

/** What the names inside expressions stand for; they are unique in a layer. */
interface Locals {
  readonly values: ReadonlyMap<string, Expr>
  readonly binders: ReadonlyMap<string, Binder>
}

const found = new WeakMap<Layer, Locals>()

const localsOf = (layer: Layer): Locals => {
  const before = found.get(layer)
  if (before) return before
  const values = new Map<string, Expr>()
  const binders = new Map<string, Binder>()
  const collect = (expr: Expr): void =>
    walk(expr, (e) => {
      if (e.kind === 'let-in') values.set(e.name, e.value)
      if (e.kind === 'fold' || e.kind === 'reduce') binders.set(e.binder.variable, e.binder)
    })
  for (const item of [...layer.lets, ...layer.updates])
    if (item.binder) binders.set(item.binder.variable, item.binder)
  for (const { value } of [...layer.lets, ...layer.updates, ...layer.outputs]) collect(value)
  const locals = { values, binders }
  found.set(layer, locals)
  return locals
}

/** The value that `let x = …` gives a local name; undefined for the name of a fold. */
export const localValue = (layer: Layer, name: string): Expr | undefined => localsOf(layer).values.get(name)

/** The bounds of a loop variable. */
export const binderOf = (layer: Layer, variable: string): Binder | undefined =>
  localsOf(layer).binders.get(variable)
