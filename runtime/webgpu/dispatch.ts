import type { Pipeline } from './pipeline.ts'

/** A stretch of a buffer, as a binding. */
export interface Slice {
  readonly buffer: GPUBuffer
  readonly offset: number
  readonly size: number
}

/** One dispatch of a pipeline, with the bind groups of its last few calls. */
export interface Dispatch {
  readonly pipeline: Pipeline
  readonly grid: readonly [number, number, number]
  readonly recent: { readonly slices: readonly Slice[]; readonly group: GPUBindGroup }[]
}

/** Callers alternate between a few sets of tensors (a state in, a state out), seldom more. */
const remembered = 4

export const dispatchOf = (pipeline: Pipeline, grid: readonly [number, number, number]): Dispatch => ({
  pipeline,
  grid,
  recent: [],
})

/** Record a dispatch over these bindings; a bind group of the same ones is used again. */
export const encode = (
  device: GPUDevice,
  pass: GPUComputePassEncoder,
  dispatch: Dispatch,
  slices: readonly Slice[],
): void => {
  const { recent, pipeline, grid } = dispatch
  let known = recent.find((entry) => entry.slices.every((slice, i) => same(slice, slices[i])))
  if (!known) {
    const group = device.createBindGroup({
      label: pipeline.name,
      layout: pipeline.layout,
      entries: slices.map((slice, binding) => ({ binding, resource: { ...slice } })),
    })
    known = { slices, group }
    recent.unshift(known)
    recent.length = Math.min(recent.length, remembered)
  }
  pass.setPipeline(pipeline.pipeline)
  pass.setBindGroup(0, known.group)
  pass.dispatchWorkgroups(...grid)
}

/** Whether the next `encode` over these would make a bind group. */
export const isNew = (dispatch: Dispatch, slices: readonly Slice[]): boolean =>
  !dispatch.recent.some((entry) => entry.slices.every((slice, i) => same(slice, slices[i])))

const same = (a: Slice, b: Slice): boolean =>
  a.buffer === b.buffer && a.offset === b.offset && a.size === b.size
