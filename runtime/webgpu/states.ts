import type { ExecutorCall } from '../executor.ts'
import type { HeadMove } from '../heads.ts'
import type { StateSpec } from '../manifest.ts'
import { byteLength, type GpuTensor, type Tensor } from '../tensor.ts'
import { wholeOf } from './bindable.ts'
import { dispatchOf, type Dispatch, type Slice } from './dispatch.ts'
import { headGrid, headUniforms } from './head-kernel.ts'
import { packBuffer } from './packed.ts'
import type { Pipeline } from './pipeline.ts'
import type { Plan } from './plan.ts'
import { gpuTensor } from './tensor.ts'

/** Where a state lies during a call. */
export interface PlacedState {
  readonly name: string
  /** `[N, H, …shape]`: what the kernels update. */
  readonly kernel: GpuTensor
  /** `[N, G, …shape]`: what the caller gets. The same tensor where G = H. */
  readonly final: GpuTensor
  /** What comes first of all: the initial values (or zeros) are copied. */
  readonly copy?: (encoder: GPUCommandEncoder) => void
  /** Heads are spread before the stages and picked after them. */
  readonly before: readonly Step[]
  readonly after: readonly Step[]
}

interface Step {
  readonly dispatch: Dispatch
  readonly slices: readonly Slice[]
}

/**
 * Find a state's place and how its initial values get there: from the caller's tensor, its param, or zero.
 * The caller's tensor itself is the place where the call may be carried out in place.
 */
export const placeState = (
  device: GPUDevice,
  plan: Plan,
  mover: Pipeline,
  { name, shape, initial }: StateSpec,
  call: ExecutorCall,
  bindable: (tensor: GpuTensor) => GpuTensor,
): PlacedState => {
  const { sequences } = call
  const { heads } = call.sizes
  const ours = call.stateHeads[name]
  const given = call.states[name]
  const param = given || initial === undefined ? undefined : call.inputs[initial]
  const full = [sequences, ours, ...shape]

  const inPlace = call.inPlace && given?.kind === 'gpu'
  const fresh = !inPlace && call.resident
  const final = inPlace
    ? bindable(given)
    : fresh
      ? gpuTensor(device, full, { label: `state.${name}` })
      : plan.keep(`state.${name}`, full)
  const kernel = ours === heads ? final : plan.keep(`heads.${name}`, [sequences, heads, ...shape])
  const placed = { name, kernel, final, before: [], after: [] }
  if (byteLength(final) === 0) return placed

  const move = (key: string, source: GpuTensor, target: GpuTensor, from: number, to: number): Step =>
    headStep(device, plan, mover, `${key} ${name}`, wholeOf(source), wholeOf(target), {
      sequences,
      shape,
      from,
      to,
      shared: key === 'share',
    })
  const after = kernel === final ? [] : [move('pick', kernel, final, heads, ours)]
  if (param) {
    const source = onDevice(plan, initial!, param)
    return { ...placed, before: [move('share', source, kernel, param.shape[0], heads)], after }
  }
  if (!given)
    return fresh && kernel === final
      ? placed
      : {
          ...placed,
          after,
          copy: (encoder) => encoder.clearBuffer(kernel.buffer, kernel.offset, byteLength(kernel)),
        }
  if (given.kind === 'host') {
    final.write(given.data)
    return kernel === final
      ? placed
      : { ...placed, before: [move('spread', final, kernel, ours, heads)], after }
  }
  const source = bindable(given)
  if (kernel !== final) return { ...placed, before: [move('spread', source, kernel, ours, heads)], after }
  if (source.buffer === final.buffer && source.offset === final.offset) return placed
  return {
    ...placed,
    copy: (encoder) =>
      encoder.copyBufferToBuffer(source.buffer, source.offset, final.buffer, final.offset, byteLength(final)),
  }
}

/** A param that the call brings: those from the host were uploaded to the plan's tensor of that name. */
const onDevice = (plan: Plan, name: string, param: Tensor): GpuTensor =>
  param.kind === 'gpu' ? param : plan.keep(name, param.shape)

const headStep = (
  device: GPUDevice,
  plan: Plan,
  mover: Pipeline,
  key: string,
  source: Slice,
  target: Slice,
  move: HeadMove,
): Step => {
  let known = plan.headMoves.get(key)
  if (!known) {
    const { buffer, slices } = packBuffer(device, key, 'uniform', [headUniforms(move)])
    known = { dispatch: dispatchOf(mover, headGrid(move)), uniform: slices[0], buffer }
    plan.headMoves.set(key, known)
  }
  return { dispatch: known.dispatch, slices: [source, target, known.uniform] }
}
