import type { ScratchSpec, StateSpec, TensorSpec } from '../../runtime/manifest.ts'
import type { KernelPlan } from '../3-plan/kernel-plan.ts'
import { chunkContext, decayOf } from './chunk-context.ts'
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
import { tokenInputs } from './stages/token-inputs.ts'
import type { Ports } from './stages/token-kernels.ts'
import { tokenOutputs } from './stages/token-outputs.ts'
import { wy } from './stages/wy.ts'

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
  const inputs = tokenInputs(plan, ports)
  const outputs = tokenOutputs(plan, ports)
  const scratchSpecs: readonly ScratchSpec[] = [
    { name: frameBuffer, element: 'f32', elements: Math.max(1, plan.frameSize), per: 'row' },
    ...inputs.scratch,
    ...inner.flatMap((i) => i.scratch),
    ...kept,
    ...outputs.flatMap((o) => o.scratch),
  ]
  const stages = [
    ...inputs.programs.map(perToken),
    ...inner.flatMap((i) => i.stages),
    ...outputs.flatMap((o) => o.programs.map(perToken)),
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
    scratch: [ctx.rows, ctx.chunks].flatMap((l, i): ScratchSpec[] =>
      l.size > 0
        ? [{ name: l.buffer, element: 'f32', elements: l.size, per: i === 0 ? 'row' : 'chunk' }]
        : [],
    ),
  }
}
