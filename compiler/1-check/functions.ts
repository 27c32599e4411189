import type * as ast from '../../grammar/ast.ts'
import { builtins } from '../builtins.ts'
import type { Report } from './report.ts'
import { nearest } from './nearest.ts'

/** Finds the file that a `use` names; `path.span.source` is the file that asks. */
export type ResolveUse = (path: ast.Use['path']) => ast.File | undefined

/** A function of some file, with the functions that its body can call. */
export interface FnEntry {
  readonly fn: ast.Fn
  readonly table: FnTable
}

/** The functions that a file can call: its own, and those that it uses from others. */
export interface FnTable {
  readonly file: ast.File
  readonly find: (name: string) => FnEntry | undefined
  readonly names: () => readonly string[]
}

/**
 * The functions of a file. What is wrong with its own `use`s and names is reported here; files that it uses are
 * checked when they are checked themselves. Two files may use one another: names are looked up when they are called.
 */
export const functionsOf = (file: ast.File, resolveUse: ResolveUse, report: Report): FnTable =>
  tableOf(file, resolveUse, report, new Map())

const tableOf = (
  file: ast.File,
  resolveUse: ResolveUse,
  report: Report | undefined,
  known: Map<string, FnTable>,
): FnTable => {
  const own = new Map<string, ast.Fn>()
  const used = new Map<string, ast.Use>()
  const files = new Map<ast.Use, ast.File | undefined>()
  const places = new Map<string, ast.Name>()

  const declare = (name: ast.Name): boolean => {
    const first = places.get(name.text)
    if (first) {
      report?.('duplicate-name', { name: name.text }, name.span, {
        labels: [{ span: first.span, message: `${name.text} is declared here first` }],
      })
      return false
    }
    places.set(name.text, name)
    if (!(name.text in builtins)) return true
    report?.('builtin-name', { name: name.text }, name.span)
    return false
  }

  const tableFor = (other: ast.File): FnTable =>
    known.get(other.source.name) ?? tableOf(other, resolveUse, undefined, known)

  const find = (name: string, asked: ReadonlySet<string> = new Set()): FnEntry | undefined => {
    const fn = own.get(name)
    if (fn) return { fn, table }
    const use = used.get(name)
    const other = use && files.get(use)
    if (!other || asked.has(other.source.name)) return undefined
    return (tableFor(other) as Table).find(name, new Set([...asked, file.source.name]))
  }

  type Table = FnTable & { readonly find: typeof find }
  const table: Table = { file, find, names: () => [...own.keys(), ...used.keys()] }
  known.set(file.source.name, table)

  for (const item of file.items) {
    if (item.kind === 'fn' && declare(item.name)) own.set(item.name.text, item)
    if (item.kind !== 'use') continue
    files.set(item, resolveUse(item.path))
    for (const name of item.names) if (declare(name)) used.set(name.text, item)
  }
  for (const [use, other] of files) {
    if (!other) {
      report?.('file-not-found', { path: use.path.text }, use.path.span)
      continue
    }
    for (const name of use.names)
      if (used.get(name.text) === use && !find(name.text))
        report?.(
          'function-missing',
          { path: use.path.text, name: name.text },
          name.span,
          nearest(name, tableFor(other).names()),
        )
  }
  return table
}
