import type { Layer } from './layer.ts'
import type { Report } from './report.ts'

export const checkRanges = (_layer: Layer, _report: Report): void => {}
