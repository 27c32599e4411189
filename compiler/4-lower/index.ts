import type { StateSpec, TensorSpec } from '../../runtime/manifest.ts'
import type { ScratchSpec } from '../../runtime/manifest.ts'
import type { KernelPlan } from '../3-plan/kernel-plan.ts'
import { chunkContext, decayOf, factorBuffer, factorSlots, scratch, totalBuffer, totalSize, type Axis, type ChunkContext } from './chunk-context.ts' // prettier-ignore
import { feedElements, systemElements } from './feedback.ts'
import type { LoweredForm, LoweredLayer, Stage } from './lowered.ts'
import { frameBuffer } from './places.ts'
import { sinksOf } from './sinks.ts'
import { chunkOutput } from './stages/chunk-output.ts'
import { chunkState } from './stages/chunk-state.ts'
import { decayProducts } from './stages/decay-products.ts'
import { recurrent } from './stages/recurrent.ts'
import { recurrentRows } from './stages/recurrent-rows.ts'
import { slotDots } from './stages/slot-dots.ts'
import { solveTril } from './stages/solve-tril.ts'
import { tokenInputs, type Ports } from './stages/token-inputs.ts'
import { tokenOutputs } from './stages/token-outputs.ts'
import { wy, wyWidth } from './stages/wy.ts'

/** The tensors of a layer, as its kernels see them. */
export interface Signature extends Ports {
  readonly name: string
  readonly dims: Readonly<Record<string, number>>
  readonly states: readonly StateSpec[]
  readonly outputs: readonly TensorSpec[]
}

/** Both forms of a layer as kernels. */
export const lower = (
  signature: Signature,
  plans: { readonly recurrent: KernelPlan; readonly chunk: KernelPlan },
): LoweredLayer => ({
  ...signature,
  recurrent: lowerForm(plans.recurrent, signature),
  chunk: lowerForm(plans.chunk, signature),
})

const perToken = (program: Stage['program']): Stage => ({ program, grid: { x: 'chunks', z: 1 } })

const lowerForm = (plan: KernelPlan, ports: Ports): LoweredForm => {
  const inner = plan.states.map((_, state) =>
    plan.form === 'recurrent' ? recurrentState(plan, state) : chunkStateStages(plan, state),
  )
  const kept = plan.states.flatMap((_, state) =>
    sinksOf(plan, state).flatMap((s): ScratchSpec[] =>
      s.target.kind === 'kept'
        ? [{ name: s.target.buffer, element: 'f32', elements: s.size, per: 'row' }]
        : [],
    ),
  )
  const scratchSpecs: readonly ScratchSpec[] = [
    { name: frameBuffer, element: 'f32', elements: Math.max(1, plan.frameSize), per: 'row' },
    ...inner.flatMap((i) => i.scratch),
    ...kept,
  ]
  const stages = [
    ...tokenInputs(plan, ports).map(perToken),
    ...inner.flatMap((i) => i.stages),
    ...tokenOutputs(plan, ports).map(perToken),
  ]
  const touched = new Set(stages.flatMap((s) => s.program.bindings.map((b) => b.name)))
  return {
    name: plan.form,
    chunkSize: plan.chunkSize,
    stages,
    scratch: scratchSpecs.filter((s) => touched.has(s.name)),
  }
}

interface Part {
  readonly stages: readonly Stage[]
  readonly scratch: readonly ScratchSpec[]
}

const recurrentState = (plan: KernelPlan, state: number): Part =>
  sinksOf(plan, state).some((s) => s.axis === 'value')
    ? recurrentRows(plan, state)
    : { stages: [recurrent(plan, state)], scratch: [] }

const chunkStateStages = (plan: KernelPlan, state: number): Part => {
  const ctx = chunkContext(plan, state)
  const feedback = ctx.fed.length > 0
  const axes = (['key', 'value'] as const).filter((axis) => decayOf(ctx, axis))
  return {
    stages: [
      ...(axes.length > 0 ? [decayProducts(ctx)] : []),
      ...(feedback ? [slotDots(ctx), solveTril(ctx), wy(ctx)] : []),
      chunkState(ctx),
      ...(sinksOf(plan, state).length > 0 ? [chunkOutput(ctx)] : []),
    ],
    scratch: [
      ...axes.flatMap((axis) => decayScratch(ctx, axis)),
      ...(feedback ? feedbackScratch(ctx) : []),
      entering(ctx),
    ],
  }
}

const decayScratch = (ctx: ChunkContext, axis: Axis): readonly ScratchSpec[] => {
  const decay = decayOf(ctx, axis)!
  return [
    { name: factorBuffer(ctx, axis), element: 'f32', elements: factorSlots(ctx) * decay.lanes, per: 'row' },
    { name: totalBuffer(ctx, axis), element: 'f32', elements: totalSize(ctx, decay), per: 'chunk' },
  ]
}

const feedbackScratch = (ctx: ChunkContext): readonly ScratchSpec[] => {
  const width = ctx.fed.length * wyWidth(ctx)
  return [
    { name: scratch(ctx, 'dots'), element: 'f32', elements: feedElements(ctx), per: 'chunk' },
    { name: scratch(ctx, 'system'), element: 'f32', elements: systemElements(ctx), per: 'chunk' },
    { name: scratch(ctx, 'inverse'), element: 'f32', elements: systemElements(ctx), per: 'chunk' },
    { name: scratch(ctx, 'right-hand'), element: 'f32', elements: width, per: 'row' },
    { name: scratch(ctx, 'wy'), element: 'f32', elements: width, per: 'row' },
    { name: scratch(ctx, 'written'), element: 'f32', elements: ctx.fed.length * ctx.step.V, per: 'row' },
  ]
}

const entering = (ctx: ChunkContext): ScratchSpec => ({
  name: scratch(ctx, 'entering'),
  element: 'f32',
  elements: ctx.step.K * ctx.step.V,
  per: 'chunk',
})
