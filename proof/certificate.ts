import type { Layer } from '../compiler/1-check/layer.ts'
import type { Dims } from '../compiler/1-check/size.ts'
import { walk } from '../compiler/1-check/walk.ts'
import { interpret } from '../compiler/4-lower/interpret.ts'
import type { LoweredForm, LoweredLayer } from '../compiler/4-lower/lowered.ts'
import { printed } from '../compiler/5-emit/printed.ts'
import { runTensors, type Tensor } from '../compiler/reference.ts'
import { shapeOf } from '../compiler/reference/shape.ts'
import { degreeCount, total, type Degree } from './degree.ts'
import { smallDims } from './draw.ts'
import { runForm } from './evaluate.ts'
import { primes, uninterpreted } from './field.ts'
import { proveForm, type FormProof, type ProofCase } from './prove.ts'

/** What was checked of a layer, and how far it can be trusted. */
export interface Certificate {
  readonly layer: string
  readonly proved: boolean
  /** One for each form at each choice of sizes and chunk size. */
  readonly proofs: readonly FormProof[]
  readonly rounds: number
  readonly primes: readonly number[]
  /** Of the compared numbers, as rational functions of the random ones. */
  readonly degree: number
  /** The chance that kernels which differ from the layer at these sizes and lengths would pass. */
  readonly errorBound: number
  /** Functions in the layer that only agree with themselves. */
  readonly uninterpreted: readonly string[]
  /** Why there is no chunk form, where there is none. */
  readonly chunkMissing?: string
}

export interface CertifyOptions {
  readonly rounds?: number
  readonly seed?: number
  /** Sizes; small ones where absent. */
  readonly dims?: Dims
  /** C of the chunk form; those that the layer cannot have are left out. */
  readonly chunkSizes?: readonly number[]
}

/** Shorter than a block of 16, and of three blocks, the last one ragged: so that no stage has a part that lies idle. */
const defaultChunkSizes = [3, 36]

/**
 * Prove every form of a layer at small sizes. `lower` gives the kernels for sizes and a chunk size, or nothing where it
 * cannot.
 */
export const certify = (
  layer: Layer,
  lower: (dims: Dims, chunkSize: number) => LoweredLayer | undefined,
  { rounds = 2, seed = 1, dims = smallDims(layer), chunkSizes = defaultChunkSizes }: CertifyOptions = {},
): Certificate => {
  const all = chunkSizes.flatMap((C) => lower(dims, C) ?? []).map(printed)
  const jobs = all.flatMap((lowered, i): { lowered: LoweredLayer; form: LoweredForm }[] => [
    // The recurrent form knows no chunk size: once is enough.
    ...(i === 0 ? [{ lowered, form: lowered.recurrent }] : []),
    ...(lowered.chunk ? [{ lowered, form: lowered.chunk }] : []),
  ])
  const proofs: FormProof[] = []
  let degree = 0
  let perRound = 0
  for (const { lowered, form } of jobs) {
    const proof = proveForm(layer, lowered, form, { rounds, seed })
    proofs.push(proof)
    if (proof.difference) break
    const found = chanceOf(layer, lowered, form)
    degree = Math.max(degree, found.degree)
    perRound = Math.max(perRound, found.chance)
  }
  return {
    layer: layer.name,
    proved: proofs.length > 0 && proofs.every((p) => !p.difference),
    proofs,
    rounds,
    primes,
    degree,
    errorBound: Math.min(1, perRound) ** rounds,
    uninterpreted: uninterpretedIn(layer),
    chunkMissing: all[0]?.chunkMissing,
  }
}

/**
 * The chance that one round sees no difference: degree / q (Schwartz 1980), doubled for each root of a token (a root is
 * one of two), and that two arguments of pseudo-random functions fall together modulo p. Exponents count as unknowns
 * of their own.
 */
const chanceOf = (
  layer: Layer,
  lowered: LoweredLayer,
  form: LoweredForm,
): { readonly degree: number; readonly chance: number } => {
  const tokens = 2 * form.chunkSize + Math.ceil(form.chunkSize / 2) + 1
  const domain = degreeCount()
  const unknowns = (shape: readonly number[]): Tensor<Degree> => ({
    shape,
    data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => ({
      top: 1,
      bottom: new Map(),
      terms: 1,
    })),
  })
  const tensors = Object.fromEntries([
    ...layer.inputs.map((p) => [p.name, unknowns([1, tokens, 1, ...shapeOf(p.type, lowered.dims)])]),
    ...layer.params.map((p) => [p.name, unknowns([1, ...shapeOf(p.type, lowered.dims)])]),
  ])
  const initial = Object.fromEntries(
    layer.states.map((s) => [s.name, unknowns([1, 1, ...shapeOf(s.type, lowered.dims)])]),
  )
  const meant = runTensors(layer, lowered.dims, domain, tensors, { initial })
  const rootsPerToken = Math.ceil(domain.roots() / tokens)
  const found = runForm(
    lowered,
    form,
    domain.zero,
    (program, memory, uniforms, groups) => interpret(program, domain, memory, uniforms, groups),
    { tensors, initial },
  )
  const numbers = [meant, found].map((result) =>
    [...Object.values(result.outputs), ...Object.values(result.states)].flatMap((t) =>
      Array.from<Degree | undefined>(t.data),
    ),
  )
  const degreeOf = (all: readonly (Degree | undefined)[]): number =>
    all.reduce((most, x) => Math.max(most, x ? total(x) : 0), 0)
  const randomsOf = (x: Degree | undefined): number => (x ? (x.randoms ?? 0) + (x.exponential ? 1 : 0) : 0)
  const degree = degreeOf(numbers[0]) + degreeOf(numbers[1])
  // Two arguments that fall together can hide a difference in a number that holds values of both.
  const most = numbers[0].reduce((n, x, i) => Math.max(n, randomsOf(x) + randomsOf(numbers[1][i])), 0)
  const collisions = (most ** 2 * Math.max(degree, domain.argumentDegree())) / primes[0]
  return { degree, chance: (2 ** rootsPerToken * degree) / primes[1] + collisions }
}

const uninterpretedIn = (layer: Layer): readonly string[] => {
  const used = new Set<string>()
  for (const { value } of [...layer.lets, ...layer.updates, ...layer.outputs])
    walk(value, (e) => {
      if (e.kind === 'call') used.add(e.fn)
      if (e.kind === 'call' && e.fn === 'cis') ['sin', 'cos'].forEach((fn) => used.add(fn))
    })
  const logarithms = ['log', 'softplus', 'logsigmoid'].filter((fn) => used.has(fn))
  return [
    ...uninterpreted.filter((fn) => used.has(fn)),
    ...logarithms.map((fn) => `${fn} outside an exponent`),
  ]
}

/** A case that is there for its length. */
const isLength = (x: ProofCase): boolean => x.name === `T = ${x.tokens}`

/** The certificate as text, a fact a line. */
export const printCertificate = (c: Certificate): string => {
  const lines = [`${c.layer}: ${c.proved ? 'its kernels compute what it says' : 'NOT proved'}`]
  for (const { form, dims, chunkSize, cases, rounds, compared, difference } of c.proofs) {
    const sizes = Object.entries(dims).map(([name, n]) => `${name} = ${n}`)
    const where = `  ${form} form, ${[...sizes, `C = ${chunkSize}`].join(', ')}`
    const lengths = cases.filter(isLength).map((x) => x.tokens)
    lines.push(
      difference
        ? `${where}: ${difference.kind} at ${difference.case}: ${difference.detail}`
        : `${where}: equal at T = ${lengths.join(', ')} and called in other ways; ${rounds} rounds, ${compared} numbers`,
    )
  }
  const [first] = c.proofs
  if (first) {
    const others = first.cases.filter((x) => !isLength(x)).map((x) => x.name)
    lines.push(`  other ways: ${others.join(' · ')}`)
  }
  if (c.chunkMissing !== undefined) lines.push(`  no chunk form: ${c.chunkMissing}`)
  if (c.proved) {
    const bound = c.errorBound === 0 ? '0' : c.errorBound.toExponential(1)
    lines.push(
      `  modulo ${c.primes.join(', ')}; degree ≤ ${c.degree}; chance of an error ≤ ${bound}, each exponent an unknown`,
    )
  }
  lines.push(
    `  only equal to themselves: ${c.uninterpreted.length > 0 ? c.uninterpreted.join(', ') : 'none of its functions'}`,
    '  speaks of the kernels that the WGSL is printed from, over exact numbers: rounding and the text itself are for the tests on a device',
  )
  return lines.join('\n')
}
