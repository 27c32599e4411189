import type { FormManifest, Manifest, StageManifest } from '../../runtime/manifest.ts'
import type { LoweredForm, LoweredLayer, Stage } from '../4-lower/lowered.ts'
import { printJs } from './js/index.ts'
import { prepare } from './prepare.ts'
import { printWgsl } from './wgsl/index.ts'

const emitStage = ({ program, grid }: Stage): StageManifest => {
  const { device, script } = prepare(program)
  return {
    name: program.name,
    workgroupSize: program.workgroupSize,
    bindings: program.bindings.map(({ name, element, access }) => ({ buffer: name, element, access })),
    uniforms: program.uniforms,
    grid,
    wgsl: printWgsl(device),
    js: printJs(script),
  }
}

/** Print every stage of a form for both targets. */
export const emitForm = (form: LoweredForm): FormManifest => ({
  name: form.name,
  chunkSize: form.chunkSize,
  stages: form.stages.map(emitStage),
  scratch: form.scratch,
})

/** What the runtime needs of a lowered layer: plain data, with no trace of the compiler. */
export const emit = (layer: LoweredLayer): Manifest => ({
  layer: layer.name,
  dims: layer.dims,
  inputs: layer.inputs,
  params: layer.params,
  states: layer.states,
  outputs: layer.outputs,
  forms: {
    recurrent: emitForm(layer.recurrent),
    ...(layer.chunk === undefined ? {} : { chunk: emitForm(layer.chunk) }),
  },
  missingForms: layer.chunkMissing === undefined ? {} : { chunk: layer.chunkMissing },
})
