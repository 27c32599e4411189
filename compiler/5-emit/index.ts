import type { FormManifest, Manifest, StageManifest } from '../../runtime/manifest.ts'
import type { LoweredForm, LoweredLayer, Stage } from '../4-lower/lowered.ts'
import type { LoopProgram } from '../4-lower/loop-ir.ts'
import { separateScalars } from '../4-lower/separate-scalars.ts'
import { simplify } from '../4-lower/simplify.ts'
import { unroll } from '../4-lower/unroll.ts'
import { printJs } from './js/index.ts'
import { printWgsl } from './wgsl/index.ts'

/** With literal indices private arrays become registers. */
const unrolled = (program: LoopProgram): LoopProgram => separateScalars.run(simplify.run(unroll.run(program)))

/** A script gains by that only where it can keep them in local variables: in one region, run once. */
const forScript = (program: LoopProgram, device: LoopProgram): LoopProgram =>
  device.body.length === 1 &&
  device.body[0].kind === 'region' &&
  device.private.length > 0 &&
  device.private.every((array) => array.size === 1)
    ? device
    : program

const emitStage = ({ program: lowered, grid }: Stage): StageManifest => {
  const program = simplify.run(lowered)
  const device = unrolled(program)
  return {
    name: program.name,
    workgroupSize: program.workgroupSize,
    bindings: program.bindings.map(({ name, element, access }) => ({ buffer: name, element, access })),
    uniforms: program.uniforms,
    grid,
    wgsl: printWgsl(device),
    js: printJs(forScript(program, device)),
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
