import type { FormManifest, Manifest, StageManifest } from './manifest.ts'

/** How big a call is. */
export interface Sizes {
  /** T */
  readonly tokens: number
  /** B; 1 where sequences are packed. */
  readonly batch: number
  /** H of the layer: the maximum over all its tensors. */
  readonly heads: number
  /** G of every input and param. */
  readonly groups: Readonly<Record<string, number>>
  /** Where each packed sequence starts, and T at the end: N + 1 numbers that never fall. */
  readonly cuSeqlens?: readonly number[]
  /** Whether `table.mask` says which tokens are padding. */
  readonly masked?: boolean
}

export interface Limits {
  /** What one binding may hold: no segment of more than one chunk needs more. */
  readonly maxBufferBytes: number
  /** Workgroups along x. */
  readonly maxWorkgroups: number
  /** How big a scratch buffer should get (32 MiB): a goal, not a bound; one chunk may need more. */
  readonly scratchBytes?: number
  /** Tokens of one sequence in a segment (32 768): drivers stop kernels that loop too long. */
  readonly maxTokens?: number
  /** Sequences in a segment: as many as have their states in one binding. */
  readonly maxSequences?: number
  /** Where there are too many sequences for one segment they are split at multiples of this (64). */
  readonly sequenceAlignment?: number
}

/** What the stages of a form carry out in one go. */
export interface Segment {
  /** `table.chunks`: first token (flat over `[B, T]`), first row, count, sequence (counted from `firstSequence`). */
  readonly chunks: Int32Array
  /** `table.sequences`: first chunk, chunk count. */
  readonly sequences: Int32Array
  readonly rows: number
  readonly chunkCount: number
  readonly sequenceCount: number
  /** The states `[N, H, …]` are bound from here on; 0 unless there are very many sequences. */
  readonly firstSequence: number
}

const defaultScratchBytes = 32 * 1024 * 1024
const defaultMaxTokens = 32_768

/** A state bound from a multiple of 64 sequences on starts at a multiple of 256 bytes, as WebGPU wants it. */
const defaultSequenceAlignment = 64

/** N: how many sequences there are, B of them unless they are packed. */
export const sequenceCountOf = (sizes: Pick<Sizes, 'batch' | 'cuSeqlens'>): number =>
  sizes.cuSeqlens ? Math.max(sizes.cuSeqlens.length - 1, 0) : sizes.batch

/**
 * Cut the tokens of every sequence into chunks of C (the last one ragged) and the chunks into segments whose
 * scratch and grid fit.
 *
 *     [T₀, T₁, …]   ⇒   segments, each the next stretch of whole chunks of every sequence of a group
 *
 * The chunks of a sequence come in order over the segments, so states that are updated in place stay right; a
 * sequence that is through has count 0. A segment holds at least one chunk. No tokens give no segment.
 */
export function* segmentsOf(
  form: Pick<FormManifest, 'chunkSize' | 'scratch' | 'stages'>,
  sizes: Sizes,
  limits: Limits,
): Generator<Segment> {
  const room = roomOf(form, sizes.heads, limits)
  const { sequenceAlignment = defaultSequenceAlignment } = limits
  const starts = startsOf(sizes)
  const count = starts.length - 1
  // No more sequences than chunks that fit, so that each has one in every segment until it is through.
  const wanted = Math.min(room.sequences, Math.max(room.chunks, sequenceAlignment))
  const group = count <= wanted ? count : Math.max(sequenceAlignment, wanted - (wanted % sequenceAlignment))
  for (let first = 0; first < count; first += group)
    yield* segmentsOfGroup(starts, first, Math.min(first + group, count), form.chunkSize, room)
}

/** The bytes that a scratch buffer needs for a segment. */
export const scratchBytesOf = (
  scratch: FormManifest['scratch'][number],
  segment: Pick<Segment, 'rows' | 'chunkCount' | 'sequenceCount'>,
  heads: number,
): number => {
  const { rows, chunkCount, sequenceCount } = segment
  return 4 * scratch.elements * heads * { row: rows, chunk: chunkCount, sequence: sequenceCount }[scratch.per]
}

/** Workgroups of a stage. */
export const gridOf = (
  stage: Pick<StageManifest, 'grid'>,
  segment: Pick<Segment, 'chunkCount' | 'sequenceCount'>,
  heads: number,
): readonly [number, number, number] => [
  stage.grid.x === 'chunks' ? segment.chunkCount : segment.sequenceCount,
  heads,
  stage.grid.z,
]

/** The values of a stage's uniforms, by name. */
export const uniformsOf = (
  stage: Pick<StageManifest, 'uniforms'>,
  sizes: Sizes,
): Readonly<Record<string, number>> => {
  const value = (name: string): number => {
    if (name === 'heads') return sizes.heads
    if (name === 'masked') return sizes.masked ? 1 : 0
    if (name.startsWith('share.')) {
      const group = sizes.groups[name.slice('share.'.length)]
      if (group !== undefined) return sizes.heads / group
    }
    throw new Error(`this is a fault of Mix, please report it: no value for the uniform ${name}`)
  }
  return Object.fromEntries(stage.uniforms.map((name) => [name, value(name)]))
}

/**
 * How many heads each state has for the caller: as many as the tensors that feed it tell apart (their least
 * common multiple, which is their maximum where each divides the next). Kernels always keep H: state head g is
 * kernel head g · H / G, and what starts from G heads is spread over H.
 */
export const stateHeads = (
  manifest: Pick<Manifest, 'states'>,
  groups: Readonly<Record<string, number>>,
  heads: number,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    manifest.states.map(({ name, fedBy, initial }) => {
      const feeding = (initial === undefined ? fedBy : [...fedBy, initial]).flatMap((tensor) =>
        groups[tensor] === undefined ? [] : [groups[tensor]],
      )
      return [name, feeding.length === 0 ? heads : feeding.reduce(leastCommonMultiple)]
    }),
  )

interface Room {
  readonly rows: number
  readonly chunks: number
  readonly sequences: number
  /** Chunks of one sequence. */
  readonly stretch: number
}

const roomOf = (
  form: Pick<FormManifest, 'chunkSize' | 'scratch' | 'stages'>,
  heads: number,
  limits: Limits,
): Room => {
  const { maxBufferBytes, maxWorkgroups, maxSequences = Infinity } = limits
  const { scratchBytes = defaultScratchBytes, maxTokens = defaultMaxTokens } = limits
  const bytes = Math.min(maxBufferBytes, scratchBytes)
  const fits = (per: 'row' | 'chunk' | 'sequence'): number =>
    form.scratch.reduce(
      (least, s) => (s.per === per ? Math.min(least, Math.floor(bytes / (4 * s.elements * heads))) : least),
      Infinity,
    )
  const grid = (x: 'chunks' | 'sequences'): number =>
    form.stages.some((stage) => stage.grid.x === x) ? maxWorkgroups : Infinity
  return {
    rows: fits('row'),
    chunks: Math.max(1, Math.min(fits('chunk'), grid('chunks'), Math.floor(maxBufferBytes / 16))),
    sequences: Math.max(
      1,
      Math.min(fits('sequence'), grid('sequences'), maxSequences, Math.floor(maxBufferBytes / 8)),
    ),
    stretch: Math.max(1, Math.floor(maxTokens / form.chunkSize)),
  }
}

/** Where each sequence starts, flat over `[B, T]`, and where the last one ends. */
const startsOf = (sizes: Sizes): readonly number[] =>
  sizes.cuSeqlens ?? Array.from({ length: sizes.batch + 1 }, (_, b) => b * sizes.tokens)

function* segmentsOfGroup(
  starts: readonly number[],
  from: number,
  to: number,
  chunkSize: number,
  room: Room,
): Generator<Segment> {
  const next = starts.slice(from, to)
  const left = (i: number): number => starts[from + i + 1] - next[i]
  let active = next.map((_, i) => i).filter((i) => left(i) > 0)
  while (active.length > 0) {
    const shares = sharesOf(active.map(left), chunkSize, room)
    const sequences = new Int32Array(2 * next.length)
    const chunks: number[] = []
    let rows = 0
    active.forEach((sequence, a) => {
      sequences[2 * sequence] = chunks.length / 4
      sequences[2 * sequence + 1] = shares[a]
      for (let c = 0; c < shares[a]; c++) {
        const count = Math.min(chunkSize, left(sequence))
        chunks.push(next[sequence], rows, count, sequence)
        next[sequence] += count
        rows += count
      }
    })
    yield {
      chunks: Int32Array.from(chunks),
      sequences,
      rows,
      chunkCount: chunks.length / 4,
      sequenceCount: next.length,
      firstSequence: from,
    }
    active = active.filter((i) => left(i) > 0)
  }
}

/** How many chunks of each sequence come next: evenly, as many as fit, at least one in all. */
const sharesOf = (left: readonly number[], chunkSize: number, room: Room): readonly number[] => {
  const share = (tokens: number, level: number) => Math.min(Math.ceil(tokens / chunkSize), level)
  const fits = (level: number): boolean => {
    let rows = 0
    let chunks = 0
    for (const tokens of left) {
      rows += Math.min(tokens, level * chunkSize)
      chunks += share(tokens, level)
    }
    return rows <= room.rows && chunks <= room.chunks
  }
  let low = 0
  let high = Math.min(
    room.stretch,
    Math.ceil(left.reduce((most, tokens) => Math.max(most, tokens), 0) / chunkSize),
  )
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  if (low > 0) return left.map((tokens) => share(tokens, low))
  let rows = 0
  let chunks = 0
  return left.map((tokens) => {
    const more = Math.min(tokens, chunkSize)
    if (chunks > 0 && (rows + more > room.rows || chunks + 1 > room.chunks)) return 0
    rows += more
    chunks += 1
    return 1
  })
}

const leastCommonMultiple = (a: number, b: number): number => {
  let [x, y] = [a, b]
  while (y > 0) [x, y] = [y, x % y]
  return (a / x) * b
}
