import type * as ast from '../../grammar/ast.ts'
import type { Header } from './layer.ts'
import type { Report } from './report.ts'

/** The data that stand in the doc comment of a mixer. */
export const headerOf = (_mixer: ast.Mixer, _report: Report): Header => ({ kin: [], expect: [] })
