import { checked } from '../support/layer.ts'
import { diagnosticCases } from '../support/diagnostic-cases.ts'

diagnosticCases(new URL('./check.mix', import.meta.url), ({ text }) => checked(text).diagnostics)
