import { functionsOf } from '../../compiler/1-check/functions.ts'
import { silent, type Report } from '../../compiler/1-check/report.ts'
import type { Scope } from '../../compiler/1-check/scope.ts'
import { unknowns } from '../../compiler/1-check/unknowns.ts'
import { parse } from '../../grammar/parse.ts'

/** A scope in which nothing is declared. */
export const emptyScope = (report: Report = silent): Scope => ({
  report,
  unknowns: unknowns(),
  functions: functionsOf(parse({ name: 'test.mix', text: '' }).file, () => undefined, report),
  inlining: [],
  bindings: new Map(),
  declared: new Map(),
  fresh: (name) => name,
})
