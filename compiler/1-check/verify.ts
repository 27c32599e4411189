import type { Layer } from './layer.ts'
export const verify = (_layer: Layer): readonly string[] => []
