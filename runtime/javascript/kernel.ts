import { fail } from '../errors.ts'
import type { StageManifest } from '../manifest.ts'
import type { TensorData } from '../tensor.ts'

export type JavascriptKernel = (
  buffers: Readonly<Record<string, TensorData>>,
  uniforms: Readonly<Record<string, number>>,
  groups: { readonly x: number; readonly y: number; readonly z: number },
) => void

const kernels = new WeakMap<StageManifest, JavascriptKernel>()

/** The printed JavaScript of a stage as a function; made once for each stage. */
export const kernelOf = (stage: StageManifest): JavascriptKernel => {
  const known = kernels.get(stage)
  if (known) return known
  const kernel = compile(stage)
  kernels.set(stage, kernel)
  return kernel
}

const compile = (stage: StageManifest): JavascriptKernel => {
  try {
    return new Function('buffers', 'uniforms', 'groups', stage.js) as JavascriptKernel
  } catch (error) {
    return fail(
      'kernel-refused',
      error instanceof EvalError
        ? "this page's content security policy forbids the kernels on the CPU: allow 'unsafe-eval', or run on WebGPU"
        : `the kernel ${stage.name} is no JavaScript: ${(error as Error).message}`,
    )
  }
}
