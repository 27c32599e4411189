import type { Golden } from './read.ts'
import {
  append,
  combine,
  filled,
  map,
  permute,
  reshape,
  scale,
  tensor,
  transpose,
  type Tensor,
} from './tensor.ts'

/** A reference vector in the words of a layer of the standard library. */
export interface Case {
  readonly layer: string
  readonly dims: Readonly<Record<string, number>>
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly params: Readonly<Record<string, Tensor>>
  /** Initial states, key first. */
  readonly initial: Readonly<Record<string, Tensor>>
  readonly cuSeqlens?: readonly number[]
  /** What must come out, under the layer's names. */
  readonly expected: Readonly<Record<string, Expected>>
  /** What the reference may be off by: not 1e-12 only where a stored tensor that the spec derives was rounded. */
  readonly referenceBar: number
}

export interface Expected {
  readonly value: Tensor
  /** From what the layer gives to what the vectors store: an epilogue that is no part of the layer. */
  readonly epilogue?: (given: Tensor) => Tensor
  /** Bar for float32: 1e-5, or ten times what float32 alone costs the vectors' own reference. */
  readonly bar: number
}

/** How the cases of an op become cases of a layer. */
export interface Mapping {
  readonly op: string
  readonly layer: string
  /** All of them, by name: they are counted where the vectors are missing. */
  readonly cases: readonly string[]
  readonly toCase: (golden: Golden) => Omit<Case, 'layer'>
}

const bar = ({ sidecar }: Golden, name: string): number =>
  Math.max(1e-5, 10 * (sidecar.f32_reference_error[name]?.rms_ratio ?? 0))

const outputsOf = (
  golden: Golden,
  layout: { output?: string; valueFirst?: boolean } = {},
): Case['expected'] => ({
  [layout.output ?? 'o']: { value: golden.tensors.o, bar: bar(golden, 'o') },
  ...(golden.tensors.ht && {
    S: {
      value: layout.valueFirst ? transpose(golden.tensors.ht) : golden.tensors.ht,
      bar: bar(golden, 'ht'),
    },
  }),
})

const initialOf = ({ tensors }: Golden, valueFirst = false): Case['initial'] =>
  tensors.h0 ? { S: valueFirst ? transpose(tensors.h0) : tensors.h0 } : {}

/** What most ops share: q with its scale, k and v as they are; `change` says what differs. */
const common = (golden: Golden, change: Partial<Omit<Case, 'layer'>> = {}): Omit<Case, 'layer'> => {
  const { sidecar, tensors } = golden
  const { K, V } = sidecar.dims
  return {
    dims: { K, V },
    params: {},
    initial: initialOf(golden),
    ...(tensors.cu_seqlens && { cuSeqlens: [...tensors.cu_seqlens.data] }),
    expected: outputsOf(golden),
    referenceBar: 1e-12,
    ...change,
    inputs: { q: scale(tensors.q, sidecar.scale.number), k: tensors.k, v: tensors.v, ...change.inputs },
  }
}

/** The normaliser z is one more value column: v gets a 1, the state gets z, the last output is q · z. */
const normalised = (golden: Golden): Omit<Case, 'layer'> => {
  const { tensors, sidecar } = golden
  const { K, V } = sidecar.dims
  const withColumn = (state: Tensor, z: Tensor) => append(state, (row) => z.data[row])
  const withoutColumn = (given: Tensor): Tensor => ({
    shape: [...given.shape.slice(0, -1), V],
    data: Float64Array.from(
      { length: (given.data.length / (V + 1)) * V },
      (_, i) =>
        given.data[Math.floor(i / V) * (V + 1) + (i % V)] /
        (given.data[Math.floor(i / V) * (V + 1) + V] + 1e-10),
    ),
  })
  return common(golden, {
    dims: { K, V: V + 1 },
    inputs: { v: append(tensors.v, () => 1) },
    initial: tensors.h0 ? { S: withColumn(tensors.h0, tensors.z0) } : {},
    expected: {
      o: { value: tensors.o, epilogue: withoutColumn, bar: bar(golden, 'o') },
      S: {
        value: withColumn(tensors.ht, tensors.ht_z),
        bar: Math.max(bar(golden, 'ht'), bar(golden, 'ht_z')),
      },
    },
  })
}

const silu = (x: number): number => x / (1 + Math.exp(-x))
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** One number for each head. */
const heads = (count: number, f: (head: number) => number): Tensor =>
  tensor(
    [count],
    Float64Array.from({ length: count }, (_, head) => f(head)),
  )

const scalarsOf = (a: Tensor): readonly number[] => a.shape.slice(0, -1)

/** A number per head [H], spread over [B, T, H]. */
const spread = (perHead: Tensor, like: Tensor): Tensor =>
  map(like, (_, i) => perHead.data[i % perHead.data.length])

/** RWKV-7's kernels take a = −κ and b = a κ; the layer takes κ and a. */
const rwkv7 = (golden: Golden): Omit<Case, 'layer'> => {
  const { N } = golden.sidecar.dims
  const { r, w, k, v, a, b } = golden.tensors
  return {
    dims: { K: N, V: N },
    inputs: { r, w, k, v, kappa: scale(a, -1), a: combine(b, a, (x, y) => -x / y) },
    params: {},
    initial: initialOf(golden, true),
    expected: outputsOf(golden, { valueFirst: true }),
    referenceBar: 1e-12,
  }
}

const rwkv7AsDplr =
  (logDecay: (w: number) => number) =>
  (golden: Golden): Omit<Case, 'layer'> => {
    const { N } = golden.sidecar.dims
    const { r, w, k, v, a, b } = golden.tensors
    return {
      dims: { K: N, V: N },
      inputs: { q: r, k, v, a, b, g: map(w, logDecay) },
      params: {},
      initial: initialOf(golden, true),
      expected: outputsOf(golden, { valueFirst: true }),
      referenceBar: 1e-12,
    }
  }

export const mappings: readonly Mapping[] = [
  {
    op: 'linear_attn',
    layer: 'linear_attention',
    cases: ['t1_init', 't7', 't100_init', 'varlen', 'norm_t7', 'norm_t100_init', 'norm_scale1_t64'],
    toCase: (golden) => (golden.sidecar.options.normalize ? normalised(golden) : common(golden)),
  },
  {
    op: 'retention',
    layer: 'retnet',
    cases: ['t1_init', 't7', 't100_init'],
    toCase: (golden) =>
      common(golden, { params: { gamma: heads(golden.sidecar.dims.H, (head) => 1 - 2 ** (-5 - head)) } }),
  },
  {
    op: 'lightning_attn',
    layer: 'lightning_attention',
    cases: ['t7', 't64', 'fla_layer1of4_t100_init'],
    toCase: (golden) => {
      const { H } = golden.sidecar.dims
      const { layer_idx: layer, num_layers: layers } = golden.sidecar.options as Record<string, number>
      return common(golden, {
        params: { slope: golden.tensors.slope ?? heads(H, (head) => (8 / H) * (1 - layer / layers) * head) },
      })
    },
  },
  {
    op: 'simple_gla',
    layer: 'simple_gla',
    cases: ['t1_init', 't7', 'scale1_t64', 't100_strong_init', 'varlen'],
    toCase: (golden) => common(golden, { inputs: { g: golden.tensors.g } }),
  },
  {
    op: 'mamba2',
    layer: 'mamba2',
    cases: ['combined_t64_groups2', 'combined_t100_groups1'],
    toCase: (golden) => {
      const { N, P } = golden.sidecar.dims
      const { x, dt, A, B, C, D, z, dt_bias: bias } = golden.tensors
      return {
        dims: { N, P },
        inputs: { x, B, C, dt: combine(dt, spread(bias, dt), (a, b) => softplus(a + b)) },
        params: { A, D },
        initial: {},
        expected: {
          y: {
            value: golden.tensors.o,
            epilogue: (y) => combine(y, z, (a, b) => a * silu(b)),
            bar: bar(golden, 'o'),
          },
        },
        referenceBar: 1e-12,
      }
    },
  },
  {
    // The minimal SSD code takes dt·A and dt·x ready made: dt is −(dt·A) at A = −1.
    op: 'mamba2',
    layer: 'mamba2',
    cases: ['ssd_minimal_t1_init', 'ssd_minimal_t7', 'ssd_minimal_t64_init', 'ssd_minimal_t100_init'],
    toCase: (golden) => {
      const { N, P, H } = golden.sidecar.dims
      const { X, A, B, C } = golden.tensors
      return {
        dims: { N, P },
        inputs: { x: combine(X, A, (x, a) => x / -a), B, C, dt: scale(A, -1) },
        params: { A: filled([H], -1), D: filled([H], 0) },
        initial: initialOf(golden, true),
        expected: outputsOf(golden, { output: 'y', valueFirst: true }),
        referenceBar: 1e-12,
      }
    },
  },
  {
    op: 'mamba2',
    layer: 'simple_gla',
    cases: ['ssd_minimal_t1_init', 'ssd_minimal_t7', 'ssd_minimal_t64_init', 'ssd_minimal_t100_init'],
    toCase: (golden) => {
      const { N, P } = golden.sidecar.dims
      const { X, A, B, C } = golden.tensors
      return {
        dims: { K: N, V: P },
        inputs: { q: C, k: B, v: X, g: A },
        params: {},
        initial: initialOf(golden, true),
        expected: outputsOf(golden, { valueFirst: true }),
        referenceBar: 1e-12,
      }
    },
  },
  {
    op: 'gla',
    layer: 'gla',
    cases: ['t1_init', 't7', 't100_strong_init', 'varlen', 'hgrn2_t64'],
    toCase: (golden) => common(golden, { inputs: { g: golden.tensors.gk } }),
  },
  {
    op: 'gla',
    layer: 'hgrn2',
    cases: ['hgrn2_t64'],
    toCase: (golden) => {
      const { q, gk, v } = golden.tensors
      return {
        ...common(golden),
        inputs: { q: scale(q, golden.sidecar.scale.number), v, f: map(gk, Math.exp) },
        // The vectors hold 1 − f rounded to float32.
        referenceBar: 1e-7,
      }
    },
  },
  {
    op: 'rwkv5',
    layer: 'rwkv5',
    cases: ['t7_n4', 't24_n8'],
    toCase: (golden) => {
      const { N } = golden.sidecar.dims
      const { r, k, v, w, u } = golden.tensors
      return {
        dims: { K: N, V: N },
        inputs: { r, k, v },
        params: { w, u },
        initial: {},
        expected: outputsOf(golden),
        referenceBar: 1e-12,
      }
    },
  },
  {
    op: 'rwkv6',
    layer: 'rwkv6',
    cases: ['t1_init', 't7', 'scale1_t64', 't100_strong_init', 'varlen', 'cuda_formula_t7_n4_init'],
    toCase: (golden) => {
      const { q, k, v, w, w_raw: raw, u } = golden.tensors
      return {
        ...common(golden),
        inputs: { r: scale(q, golden.sidecar.scale.number), k, v, g: w ?? map(raw, (x) => -Math.exp(x)) },
        params: { u },
        initial: initialOf(golden, raw !== undefined),
      }
    },
  },
  {
    op: 'delta_rule',
    layer: 'delta_net',
    cases: ['t1_init', 't7', 't100_beta2_init'],
    toCase: (golden) => common(golden, { inputs: { beta: golden.tensors.beta } }),
  },
  {
    op: 'delta_rule',
    layer: 'iplr',
    cases: ['t1_init', 't7', 't100_beta2_init'],
    toCase: (golden) => {
      const { k, beta } = golden.tensors
      const written = combine(k, beta, (x, y) => x * y)
      return common(golden, { inputs: { a: k, b: scale(written, -1), k: written } })
    },
  },
  {
    op: 'gated_delta_rule',
    layer: 'gated_delta_net',
    cases: ['t1_init', 't7', 'scale1_t64', 't100_strong_init', 'varlen'],
    toCase: (golden) =>
      common(golden, { inputs: { log_alpha: golden.tensors.g, beta: golden.tensors.beta } }),
  },
  {
    op: 'kda',
    layer: 'kda',
    cases: ['t1_init', 't7', 'gva_hv4_t64', 't100_strong_init'],
    toCase: (golden) => common(golden, { inputs: { g: golden.tensors.g, beta: golden.tensors.beta } }),
  },
  {
    op: 'comba',
    layer: 'comba',
    cases: ['t1_init', 't7', 't100_strong_init'],
    toCase: (golden) => {
      const { p, g, beta } = golden.tensors
      return common(golden, { inputs: { p, g, beta } })
    },
  },
  {
    // A read of the faded state is a read of the state before it with a faded key.
    op: 'comba_decay_before_read',
    layer: 'comba',
    cases: ['t7', 't100_strong_init'],
    toCase: (golden) => {
      const { p, g, beta } = golden.tensors
      return common(golden, { inputs: { p: combine(p, g, (x, y) => x * Math.exp(y)), g, beta } })
    },
  },
  {
    op: 'gated_delta_product',
    layer: 'gated_delta_product',
    cases: ['n2_t7', 'n2_t64_init', 'n2_nogate_t64', 'n3_t100_strong_init'],
    toCase: (golden) => {
      const { B, T, H, K, V, n_householder: n } = golden.sidecar.dims
      const { k, v, beta, g } = golden.tensors
      const bySteps = (a: Tensor, shape: readonly number[]) =>
        permute(reshape(a, [B, T, n, H, ...shape]), [0, 1, 3, 2, ...shape.map((_, i) => 4 + i)])
      return common(golden, {
        dims: { K, V, n },
        inputs: {
          k: bySteps(k, [K]),
          v: bySteps(v, [V]),
          beta: bySteps(beta, []),
          g: g ?? filled(scalarsOf(golden.tensors.q), 0),
        },
      })
    },
  },
  {
    op: 'rwkv7',
    layer: 'rwkv7',
    cases: ['t1_init', 't64_n32_init'],
    toCase: rwkv7,
  },
  {
    // Here the log decay is −exp(w), which the bounded one of the layer cannot reach.
    op: 'rwkv7',
    layer: 'dplr',
    cases: ['t7', 't100'],
    toCase: rwkv7AsDplr((w) => -Math.exp(w)),
  },
  {
    op: 'dplr',
    layer: 'dplr',
    cases: ['t1_init', 't7', 'scale1_lowrank_free_t64', 't100_strong_init', 'varlen'],
    toCase: (golden) => {
      const { a, b, gk } = golden.tensors
      return common(golden, { inputs: { a, b, g: gk } })
    },
  },
]
