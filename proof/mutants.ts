import type { Layer } from '../compiler/1-check/layer.ts'
import { describeFault } from '../compiler/4-lower/fault.ts'
import type { LoweredForm, LoweredLayer } from '../compiler/4-lower/lowered.ts'
import { simulate } from '../compiler/4-lower/simulate.ts'
import { verify } from '../compiler/4-lower/verify.ts'
import { drawTensors } from './draw.ts'
import { runForm } from './evaluate.ts'
import { field } from './field.ts'
import { dropMasks, operators } from './mutants/operators.ts'
import { breakAt, countSites, surroundingsOf } from './mutants/sites.ts'
import { casesFor, proveForm, type ProofCase } from './prove.ts'
import { randomStream } from './random.ts'

/** A form, broken at one place. */
export interface Mutant {
  /** What goes wrong: `drop a mask`. */
  readonly kind: string
  readonly stage: string
  /** The region's note. */
  readonly region: string
  /** What stood there, and what stands there now. */
  readonly description: string
  readonly form: LoweredForm
}

export interface MutantResult extends Omit<Mutant, 'form'> {
  readonly formName: 'recurrent' | 'chunk'
  /**
   * Which check saw it. `nobody` where it lived although other lengths tell it apart; `alike` where those do not either:
   * what it changed has no effect, so there is nothing to catch.
   */
  readonly caughtBy: 'proof' | 'bounds' | 'races' | 'verifier' | 'nobody' | 'alike'
  /** What that check said. */
  readonly how: string
}

/**
 * Break a form in every way there is, at up to `perKind` places each, spread over its stages. Places are chosen by
 * the seed; the same seed gives the same mutants.
 */
export const mutantsOf = (
  layer: LoweredLayer,
  form: LoweredForm,
  { perKind = 3, seed = 1 }: { readonly perKind?: number; readonly seed?: number } = {},
): readonly Mutant[] => {
  const random = randomStream(seed)
  const around = form.stages.map(({ program }) => surroundingsOf(layer, form, program))
  const whole = (kind: string, description: string, broken: LoweredForm): Mutant => ({
    kind,
    stage: 'all stages',
    region: '',
    description,
    form: broken,
  })
  const inPlaces = operators.flatMap((operator) => {
    const sites = around.flatMap((at, stage) =>
      Array.from({ length: countSites(operator, at) }, (_, site) => ({ stage, site })),
    )
    const step = Math.max(1, sites.length / perKind)
    const from = random() % Math.max(1, Math.floor(step))
    const chosen = Array.from(
      { length: Math.min(perKind, sites.length) },
      (_, i) => sites[from + Math.floor(i * step)],
    )
    return chosen.map(({ stage, site }): Mutant => {
      const { program, region, description } = breakAt(operator, around[stage], site)
      const stages = form.stages.map((s, i) => (i === stage ? { ...s, program } : s))
      return { kind: operator.kind, stage: program.name, region, description, form: { ...form, stages } }
    })
  })
  return [
    whole('drop the masks', 'padding counts as tokens', dropMasks(form)),
    ...form.stages.map(({ program }, i) =>
      whole('leave a stage out', program.name, { ...form, stages: form.stages.filter((_, j) => j !== i) }),
    ),
    ...inPlaces,
  ]
}

/** Which of the checks that every form goes through sees each mutant. */
export const runMutants = (
  layer: Layer,
  lowered: LoweredLayer,
  form: LoweredForm,
  options: { readonly perKind?: number; readonly seed?: number } = {},
): readonly MutantResult[] => {
  const cases = casesFor(form.chunkSize)
  return mutantsOf(lowered, form, options).map(({ form: broken, ...mutant }) => ({
    ...mutant,
    formName: form.name,
    ...judge(layer, lowered, broken, cases),
  }))
}

const judge = (
  layer: Layer,
  lowered: LoweredLayer,
  form: LoweredForm,
  cases: readonly ProofCase[],
): Pick<MutantResult, 'caughtBy' | 'how'> => {
  const faults = form.stages.flatMap(({ program }) => verify(program))
  if (faults.length > 0) return { caughtBy: 'verifier', how: faults[0] }
  const { difference } = proveForm(layer, lowered, form, { rounds: 1, cases })
  if (difference)
    return {
      caughtBy: difference.kind === 'fault' ? 'bounds' : 'proof',
      how: `${difference.case}: ${difference.detail}`,
    }
  const seen = simulateOnce(layer, lowered, form)
  if (seen !== undefined) return { caughtBy: 'races', how: seen }
  const missed = proveForm(layer, lowered, form, { rounds: 1, seed: 2, cases: otherLengths(form.chunkSize) })
  return missed.difference
    ? { caughtBy: 'nobody', how: `only ${missed.difference.case} tells it apart` }
    : { caughtBy: 'alike', how: '' }
}

/** Lengths that the proof does not look at, for what it let pass. */
const otherLengths = (C: number): readonly ProofCase[] =>
  [2, Math.ceil(C / 2), C + 3, 2 * C - 1, 2 * C, 2 * C + 7, 3 * C + 5].map((tokens) => ({
    name: `T = ${tokens}`,
    batch: 1,
    tokens,
    heads: 1,
    initial: true,
    masked: false,
  }))

/** Races and accesses out of bounds of one call with two heads and a ragged end; numbers do not matter. */
const simulateOnce = (layer: Layer, lowered: LoweredLayer, form: LoweredForm): string | undefined => {
  const sizes = { batch: 2, tokens: 2 * form.chunkSize + 1, heads: 2 }
  const drawn = drawTensors(layer, lowered.dims, field(1), randomStream(1), sizes)
  const tensors = Object.fromEntries(
    Object.entries(drawn).map(([name, t]) => [
      name,
      { shape: t.shape, data: Array.from(t.data, (x) => x.p / 2 ** 31 - 0.25) },
    ]),
  )
  let seen: string | undefined
  runForm(
    lowered,
    form,
    0,
    (program, memory, uniforms, groups) => {
      const [fault] = simulate(program, memory, uniforms, groups)
      if (fault) seen ??= describeFault(fault)
    },
    { tensors },
  )
  return seen
}
