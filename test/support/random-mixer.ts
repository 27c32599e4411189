import fc from 'fast-check'

/**
 * Random mixers of the class that has both forms: what happens to a state is a list of micro-steps, each written in
 * one of the ways that a paper might.
 */
export interface Mixer {
  readonly text: string
  readonly dims: { readonly K: number; readonly V: number }
  /** Inputs in which, together with the states, states and linear outputs are linear. */
  readonly values: readonly string[]
  /** Outputs that are linear in them. */
  readonly linear: readonly string[]
}

type MicroStep =
  | {
      readonly kind: 'decay'
      readonly axis: 'key' | 'value'
      readonly form: 'log' | 'sigmoid' | 'signed' | 'param' | 'number'
      readonly vector: boolean
    }
  | { readonly kind: 'write'; readonly rank: 1 | 2 }
  /** What is read with p is taken away along k, and v written, both with a strength. */
  | {
      readonly kind: 'delta'
      readonly strength: 'scalar' | 'key' | 'value'
      readonly ownKey: boolean
      /** How the key is made of what comes in. */
      readonly key: 'given' | 'normalised' | 'softmax'
      readonly writes: boolean
    }
  | { readonly kind: 'low-rank' }

interface StateSpec {
  readonly sort: 'matrix' | 'vector'
  /** Low-rank factors stand to the right: on the axis of V. */
  readonly right: boolean
  /** Written as `fold` over two rounds of its micro-steps. */
  readonly fold: boolean
  /** It starts from a param. */
  readonly starts: boolean
  readonly steps: readonly MicroStep[]
}

type OutputSort =
  | 'read'
  | 'before'
  | 'bonus'
  | 'scaled'
  | 'gated'
  | 'tanh'
  | 'two reads'
  | 'across'
  | 'skip'
  | 'norm'
  | 'ratio'
  | 'all states'

const outputSorts: readonly OutputSort[] = ['read', 'before', 'bonus', 'scaled', 'gated', 'tanh', 'two reads', 'across', 'skip', 'norm', 'ratio', 'all states'] // prettier-ignore

const microStep: fc.Arbitrary<MicroStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('decay' as const),
      axis: fc.constantFrom('key' as const, 'key' as const, 'value' as const),
      form: fc.constantFrom(...(['log', 'log', 'sigmoid', 'signed', 'signed', 'param', 'number'] as const)),
      vector: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      rank: fc.constantFrom(1 as const, 1 as const, 2 as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('delta' as const),
      strength: fc.constantFrom('scalar' as const, 'key' as const, 'value' as const),
      ownKey: fc.boolean(),
      key: fc.constantFrom(...(['given', 'given', 'normalised', 'softmax'] as const)),
      writes: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'low-rank' as const }) },
)

const stateSpec: fc.Arbitrary<StateSpec> = fc.record({
  sort: fc.constantFrom('matrix' as const, 'matrix' as const, 'matrix' as const, 'vector' as const),
  right: fc.integer({ min: 0, max: 3 }).map((n) => n === 3),
  fold: fc.integer({ min: 0, max: 2 }).map((n) => n === 2),
  starts: fc.integer({ min: 0, max: 3 }).map((n) => n === 3),
  steps: fc.array(microStep, { minLength: 1, maxLength: 3 }),
})

/** Collects what an expression needs to be declared. */
interface Declarations {
  readonly input: (type: string, promise?: string) => string
  readonly value: (type: string) => string
  readonly param: (type: string, promise?: string) => string
}

const rank = 2

const decayText = (
  form: Extract<MicroStep, { kind: 'decay' }>['form'],
  type: string,
  declare: Declarations,
): string => {
  switch (form) {
    case 'log':
      return `exp(${declare.input(type, 'in (-inf, 0]')})`
    case 'sigmoid':
      return `sigmoid(${declare.input(type, 'in (-inf, inf)')})`
    case 'signed':
      return declare.input(type, 'in [-1, 1]')
    case 'param':
      return declare.param(type, 'in [0, 1]')
    case 'number':
      return '0.75'
  }
}

const keyText = (
  key: Extract<MicroStep, { kind: 'delta' }>['key'],
  type: string,
  declare: Declarations,
): string => {
  const x = declare.input(type, 'where norm(_) <= 1')
  return { given: x, normalised: `(${x} / (0.5 + norm(${x})))`, softmax: `softmax(${x})` }[key]
}

/** One micro-step of `X`, as text. `vec`s along the axis that is worked on are keys, along the other values. */
const apply = (step: MicroStep, X: string, state: StateSpec, declare: Declarations): string => {
  const flat = state.sort === 'vector'
  const right = state.right && !flat
  const [near, far] = right ? ['V', 'K'] : ['K', 'V']
  const farType = flat ? 'scalar' : `vec<${far}>`
  /** The outer product of a vector along the near axis with one along the far axis. */
  const outer = (n: string, f: string): string =>
    flat ? `${f} * ${n}` : right ? `${f} @ ${n}.T` : `${n} @ ${f}.T`
  const read = (p: string): string => (right ? `(${X}) @ ${p}` : `(${X}).T @ ${p}`)
  switch (step.kind) {
    case 'decay': {
      const axis = flat ? 'key' : step.axis
      const type = step.vector ? `vec<${axis === 'key' ? 'K' : 'V'}>` : 'scalar'
      const factor = decayText(step.form, type, declare)
      if (step.form === 'number') return `${factor} * (${X})`
      if (!step.vector) return `${factor} * (${X})`
      return axis === 'key' ? `diag(${factor}) @ (${X})` : `(${X}) @ diag(${factor})`
    }
    case 'write': {
      if (step.rank === 1)
        return `(${X}) + ${outer(declare.input(`vec<${near}>`, 'where norm(_) <= 1'), declare.value(farType))}`
      const keys = declare.input(`mat<${near}, ${rank}>`)
      if (flat) return `(${X}) + ${keys} @ ${declare.value(`vec<${rank}>`)}`
      const values = declare.value(`mat<${far}, ${rank}>`)
      return right ? `(${X}) + ${values} @ ${keys}.T` : `(${X}) + ${keys} @ ${values}.T`
    }
    case 'delta': {
      const k = keyText(step.key, `vec<${near}>`, declare)
      const p = step.ownKey ? declare.input(`vec<${near}>`, 'where norm(_) <= 1') : k
      const strength = flat && step.strength === 'value' ? 'scalar' : step.strength
      if (strength === 'value') {
        const b = declare.input(`vec<${far}>`, 'in [0, 1]')
        const target = step.writes ? `${declare.value(farType)} - ` : '0 - '
        return `(${X}) + ${outer(k, `(${b} * (${target}${read(p)}))`)}`
      }
      const beta = declare.input(strength === 'key' ? `vec<${near}>` : 'scalar', 'in [0, 1]')
      const factor = right ? `(I - ${p} @ (${beta} * ${k}).T)` : `(I - (${beta} * ${k}) @ ${p}.T)`
      const moved = right ? `(${X}) @ ${factor}` : `${factor} @ (${X})`
      return step.writes ? `${moved} + ${outer(`(${beta} * ${k})`, declare.value(farType))}` : moved
    }
    case 'low-rank': {
      const [U, W] = [declare.input(`mat<${near}, ${rank}>`), declare.input(`mat<${near}, ${rank}>`)]
      const factor = `(I - 0.1 * ${U} @ ${W}.T)`
      return right ? `(${X}) @ ${factor}` : `${factor} @ (${X})`
    }
  }
}

const outputText = (
  sort: OutputSort,
  index: number,
  states: readonly StateSpec[],
  declare: Declarations,
): { readonly type: string; readonly value: string; readonly linear: boolean } => {
  const S = `S${index}`
  const flat = states[index].sort === 'vector'
  const type = flat ? 'scalar' : 'vec<V>'
  const query = (): string => declare.input('vec<K>')
  const read = (at = 't'): string => `${S}[${at}].T @ ${query()}`
  switch (sort) {
    case 'read':
      return { type, value: read(), linear: true }
    case 'before':
      return { type, value: read('t-1'), linear: true }
    case 'bonus': {
      const r = query()
      const bonus = `(${r}.T @ (${declare.param('vec<K>')} * ${declare.input('vec<K>')})) * ${declare.value(type)}`
      return { type, value: `${S}[t-1].T @ ${r} + ${bonus}`, linear: true }
    }
    case 'scaled':
      return { type, value: `${declare.input('scalar')} * (${read()})`, linear: true }
    case 'gated':
      return { type, value: `${declare.input(type)} * (${read()})`, linear: true }
    case 'tanh':
      return { type, value: `tanh(${read()})`, linear: false }
    case 'two reads':
      return { type, value: `${read()} - 0.5 * ${read('t-1')}`, linear: true }
    case 'across':
      return flat
        ? { type, value: read(), linear: true }
        : { type: 'vec<K>', value: `${S}[t] @ ${declare.input('vec<V>')}`, linear: true }
    case 'skip':
      return {
        type,
        value: `${read()} + ${declare.param('scalar')} * ${declare.value(type)}`,
        linear: true,
      }
    case 'norm':
      return flat
        ? { type, value: `abs(${read()})`, linear: false }
        : { type: 'scalar', value: `norm(${read()})`, linear: false }
    case 'ratio': {
      const below = flat ? `abs(${read('t-1')})` : `norm(${read('t-1')})`
      return { type, value: `(${read()}) / (1 + ${below})`, linear: false }
    }
    case 'all states': {
      const alike = states.flatMap((s, i) =>
        s.sort === states[index].sort ? [`S${i}[t].T @ ${query()}`] : [],
      )
      return { type, value: alike.join(' + '), linear: true }
    }
  }
}

export const writeMixer = (
  states: readonly StateSpec[],
  outputs: readonly { readonly state: number; readonly sort: OutputSort }[],
  dims: { readonly K: number; readonly V: number },
): Mixer => {
  const lines: string[] = []
  const values: string[] = []
  const linear: string[] = []
  let used = 0
  const fresh = (prefix: string): string => `${prefix}${used++}`
  const put = (keyword: string, name: string, type: string, promise = ''): string => {
    lines.push(`  ${keyword} ${name}: ${type} ${promise.replaceAll('_', name)}`.trimEnd())
    return name
  }
  const declareIn = (count: string, element: string): Declarations => ({
    input: (type, promise) => put('input', fresh('x'), type + count, promise) + element,
    value: (type) => {
      const name = put('input', fresh('v'), type + count)
      values.push(name)
      return name + element
    },
    param: (type, promise) => put('param', fresh('u'), type, promise),
  })
  const plain = declareIn('', '')
  const updates = states.map((state, i) => {
    const folds =
      state.fold && state.steps.every((s) => s.kind !== 'low-rank' && (s.kind !== 'write' || s.rank === 1))
    const declare = folds ? declareIn('[n]', '[j]') : plain
    const start = folds ? 'X' : `S${i}[t-1]`
    const text = state.steps.reduce((X, step) => apply(step, X, state, declare), start)
    return `  S${i}[t] = ${folds ? `fold X = S${i}[t-1] for j in 0..n: ${text}` : text}`
  })
  const results = outputs.map(({ state, sort }, i) => {
    const { type, value, linear: isLinear } = outputText(sort, state, states, plain)
    if (isLinear) linear.push(`o${i}`)
    return `  output o${i}: ${type} = ${value}`
  })
  const text = [
    'mixer random {',
    `  dim K = ${dims.K}, V = ${dims.V}, n = 2`,
    ...lines,
    ...states.flatMap(({ sort, starts }, i) => {
      const type = sort === 'vector' ? 'vec<K>' : 'mat<K, V>'
      return starts
        ? [`  param P${i}: ${type}`, `  state S${i}: ${type} = P${i}`]
        : [`  state S${i}: ${type}`]
    }),
    ...updates,
    ...results,
    '}',
  ].join('\n')
  return { text, dims, values, linear }
}

const size = fc.integer({ min: 1, max: 7 })

/** Random well-typed mixers; smaller ones first when a law fails. */
export const randomMixer: fc.Arbitrary<Mixer> = fc
  .array(stateSpec, { minLength: 1, maxLength: 2 })
  .chain((states) =>
    fc
      .tuple(
        fc.array(
          fc.record({
            state: fc.integer({ min: 0, max: states.length - 1 }),
            sort: fc.constantFrom(...outputSorts),
          }),
          { minLength: 1, maxLength: 2 },
        ),
        size,
        size,
      )
      .map(([outputs, K, V]) => writeMixer(states, outputs, { K, V })),
  )

export const chunkSize = fc.constantFrom(1, 2, 3, 4, 5, 8, 15, 16, 17, 32, 33)

/** How long a run is, how it is cut into chunks and how its heads are shared. */
export const randomCall = fc.record({
  tokens: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 13, max: 40 })),
  chunkSize,
  seed: fc.integer({ min: 0, max: 1e6 }),
})
