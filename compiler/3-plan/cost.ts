import type { KernelPlan, StepPlan } from './kernel-plan.ts'

/** What a form costs, for each token and head. Counted from the plan, not measured. */
export interface Cost {
  /** Useful floating-point operations, a multiply-add being two. */
  readonly flops: number
  /** Bytes that cross device memory where every value is moved once per stage that needs it. */
  readonly bytes: number
  /** Bytes of the state, per head. */
  readonly stateBytes: number
  /** Steps that must follow one another: `perToken · T + fixed`. */
  readonly chain: { readonly perToken: number; readonly fixed: number }
  readonly parts: readonly CostPart[]
}

export interface CostPart {
  readonly stage: string
  readonly flops: number
  readonly bytes: number
}

const float = 4
const block = 16

export const costOf = (plan: KernelPlan): Cost => {
  const inputs: CostPart = {
    stage: 'token-inputs',
    // Each value of the frame is made once; what it is made of is read about as often.
    flops: plan.frameSize,
    bytes: 2 * float * plan.frameSize,
  }
  const parts = [
    inputs,
    ...plan.states.flatMap((s) =>
      plan.form === 'recurrent' ? recurrentParts(plan, s) : chunkParts(plan, s),
    ),
  ]
  const total = (of: 'flops' | 'bytes'): number => parts.reduce((sum, p) => sum + p[of], 0)
  const fedWrites = plan.states.some((s) => fedOf(s) > 0)
  return {
    flops: total('flops'),
    bytes: total('bytes'),
    stateBytes: plan.states.reduce((sum, s) => sum + float * s.K * s.V, 0),
    chain:
      plan.form === 'recurrent'
        ? { perToken: 1, fixed: 1 }
        : // Decays and dots, block rows of the inverse, WY, the scan's first and last step, outputs.
          {
            perToken: 1 / plan.chunkSize,
            fixed: 5 + (fedWrites ? 2 + Math.ceil(plan.chunkSize / block) : 0),
          },
    parts,
  }
}

/** From how many tokens on the chunk form has the shorter chain of dependent steps. */
export const crossover = (recurrent: Cost, chunk: Cost): number | undefined => {
  const gain = recurrent.chain.perToken - chunk.chain.perToken
  return gain <= 0 ? undefined : Math.max(1, Math.ceil((chunk.chain.fixed - recurrent.chain.fixed) / gain))
}

const fedOf = (s: StepPlan): number => s.writes.filter((w) => w.terms.length > 0).length

const recurrentParts = (plan: KernelPlan, s: StepPlan): readonly CostPart[] => {
  const entries = s.K * s.V
  const decays = [s.key, s.value].reduce((sum, d) => sum + (d ? (d.form === 'expm1' ? 2 : 1) : 0), 0)
  return [
    {
      stage: 'recurrent',
      flops: entries * (2 * s.reads.length + 2 * s.writes.length + decays),
      bytes: float * (plan.frameSize + outputLanes(plan)),
    },
  ]
}

const outputLanes = (plan: KernelPlan): number => plan.outputs.reduce((sum, o) => sum + o.size, 0)

const chunkParts = (plan: KernelPlan, s: StepPlan): readonly CostPart[] => {
  const { K, V } = s
  const C = plan.chunkSize
  const W = s.writes.length
  const F = fedOf(s)
  const R = s.reads.filter((r) => r.feeds).length
  const out = new Set(plan.outputs.flatMap((o) => o.reads.map((r) => r.read))).size
  const keyLanes = s.key?.lanes ?? 0
  const decayLanes = keyLanes + (s.value?.lanes ?? 0)
  const slots = C > block ? 7 : 5
  // A decay of its own for each lane scales both factors of every product.
  const perProduct = keyLanes > 1 ? 4 : 2
  const dots = (rows: number): number => rows * W * (C / 2) * K * perProduct
  const parts: CostPart[] = []
  if (decayLanes > 0)
    parts.push({
      stage: 'decay-products',
      flops: decayLanes * slots * (Math.min(C, block) / 2),
      bytes: float * decayLanes * (1 + slots),
    })
  if (F > 0) {
    const system = F * F * C
    parts.push(
      { stage: 'slot-dots', flops: dots(R), bytes: float * ((R + W) * K + R * W * C) },
      { stage: 'solve-tril', flops: (F * F * F * C * C) / 3, bytes: float * 3 * system },
      { stage: 'wy', flops: F * F * C * (K + V), bytes: float * (system + 3 * F * (K + V)) },
    )
  }
  const scaled = keyLanes > 1 ? 1 : 0
  parts.push(
    {
      stage: 'chunk-state',
      flops: F * 2 * K * V + W * (2 + scaled) * K * V + (2 * K * V) / C,
      bytes: float * (F * (K + 2 * V) + W * (K + V) + (K * V) / C + decayLanes),
    },
    {
      stage: 'chunk-output',
      flops: out * (2 + scaled) * K * V + dots(out) + out * W * C * V,
      bytes: float * (out * K + W * (K + V) + (K * V) / C + decayLanes + outputLanes(plan)),
    },
  )
  return parts
}
