import type { LoweredForm, LoweredLayer } from '../4-lower/lowered.ts'
import { prepare } from './prepare.ts'

/** A lowered layer with each kernel as its WGSL is printed from: what the proof is about. */
export const printed = (layer: LoweredLayer): LoweredLayer => ({
  ...layer,
  recurrent: printedForm(layer.recurrent),
  ...(layer.chunk && { chunk: printedForm(layer.chunk) }),
})

const printedForm = (form: LoweredForm): LoweredForm => ({
  ...form,
  stages: form.stages.map((stage) => ({ ...stage, program: prepare(stage.program).device })),
})
