import type { Certificate } from '../../proof/certificate.ts'
import type { MutantResult } from '../../proof/mutants.ts'
import type { FloatReport } from './float.ts'
import type { KinResult } from './kin.ts'

/** All that was checked of one layer. */
export interface Verdict {
  readonly layer: string
  readonly file: string
  readonly ok: boolean
  readonly stages: Readonly<Record<string, readonly string[]>>
  /** How many `expect:` lines there are. */
  readonly expectations: number
  readonly kin: readonly Omit<KinResult, 'diagnostics'>[]
  readonly certificate: Certificate
  readonly float: FloatReport
  readonly mutants?: readonly MutantResult[]
}
