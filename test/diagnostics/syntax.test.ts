import { parse } from '../../grammar/parse.ts'
import { diagnosticCases } from '../support/diagnostic-cases.ts'

diagnosticCases(new URL('./syntax.mix', import.meta.url), (source) => parse(source).diagnostics)
