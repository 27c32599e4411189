import type { FormManifest, Manifest, StageManifest } from '../../runtime/manifest.ts'

/**
 * A layer written by hand, so that the runtime is tested without the compiler:
 *
 *     S[t] = a * S[t-1] + x,   o = S[t] + u
 *
 * Both forms, both languages. Its recurrent form has one stage; its chunk form scans each chunk by itself, carries
 * the state over the chunks and adds it.
 */
export const decayedSum = (
  K: number,
  chunkSize: number,
  options: { readonly initial?: boolean } = {},
): Manifest => ({
  layer: 'decayed_sum',
  dims: { K },
  inputs: [
    { name: 'x', shape: [K] },
    { name: 'a', shape: [] },
  ],
  params: [{ name: 'u', shape: [K] }, ...(options.initial ? [{ name: 'S0', shape: [K] }] : [])],
  states: [{ name: 'S', shape: [K], fedBy: ['x', 'a'], ...(options.initial ? { initial: 'S0' } : {}) }],
  outputs: [{ name: 'o', shape: [K] }],
  forms: { recurrent: recurrent(K), chunk: chunk(K, chunkSize) },
  missingForms: {},
})

const tables = ['table.chunks', 'table.sequences', 'table.mask']

const recurrent = (K: number): FormManifest => ({
  name: 'recurrent',
  chunkSize: 64,
  scratch: [],
  stages: [
    stage({
      name: 'step',
      x: 'sequences',
      reads: ['x', 'a', 'u', ...tables],
      writes: ['state.S', 'o'],
      uniforms: ['heads', 'masked', 'share.x', 'share.a', 'share.u'],
      wgsl: `
  let sequence = i32(id.x); let h = i32(id.y);
  for (var i = i32(lane); i < ${K}; i += 4) {
    let at = (sequence * u_.heads + h) * ${K} + i;
    for (var c = table_sequences[2 * sequence]; c < table_sequences[2 * sequence] + table_sequences[2 * sequence + 1]; c++) {
      for (var j = 0; j < table_chunks[4 * c + 2]; j++) {
        let t = table_chunks[4 * c] + j;
        let to = (t * u_.heads + h) * ${K} + i;
        if (u_.masked == 1 && table_mask[t] == 0) { o[to] = 0.0; continue; }
        state_S[at] = a[t * (u_.heads / u_.share_a) + h / u_.share_a] * state_S[at]
          + x[(t * (u_.heads / u_.share_x) + h / u_.share_x) * ${K} + i];
        o[to] = state_S[at] + u[(h / u_.share_u) * ${K} + i];
      }
    }
  }`,
      js: `
  const { x, a, u, o } = buffers, S = buffers['state.S']
  const chunks = buffers['table.chunks'], sequences = buffers['table.sequences'], mask = buffers['table.mask']
  const H = uniforms.heads, gx = uniforms['share.x'], ga = uniforms['share.a'], gu = uniforms['share.u']
  for (let sequence = 0; sequence < groups.x; sequence++) for (let h = 0; h < groups.y; h++) for (let i = 0; i < ${K}; i++) {
    const at = (sequence * H + h) * ${K} + i
    for (let c = sequences[2 * sequence]; c < sequences[2 * sequence] + sequences[2 * sequence + 1]; c++)
      for (let j = 0; j < chunks[4 * c + 2]; j++) {
        const t = chunks[4 * c] + j, to = (t * H + h) * ${K} + i
        if (uniforms.masked === 1 && mask[t] === 0) { o[to] = 0; continue }
        S[at] = a[t * (H / ga) + Math.floor(h / ga)] * S[at] + x[(t * (H / gx) + Math.floor(h / gx)) * ${K} + i]
        o[to] = S[at] + u[Math.floor(h / gu) * ${K} + i]
      }
  }`,
    }),
  ],
})

const chunk = (K: number, chunkSize: number): FormManifest => ({
  name: 'chunk',
  chunkSize,
  scratch: [
    { name: 'local', element: 'f32', elements: K, per: 'row' },
    { name: 'factor', element: 'f32', elements: 1, per: 'row' },
    { name: 'start', element: 'f32', elements: K, per: 'chunk' },
  ],
  stages: [
    stage({
      name: 'local-scan',
      x: 'chunks',
      reads: ['x', 'a', 'table.chunks', 'table.mask'],
      writes: ['local', 'factor'],
      uniforms: ['heads', 'masked', 'share.x', 'share.a'],
      wgsl: `
  let c = i32(id.x); let h = i32(id.y);
  for (var i = i32(lane); i < ${K}; i += 4) {
    var sum = 0.0; var product = 1.0;
    for (var j = 0; j < table_chunks[4 * c + 2]; j++) {
      let t = table_chunks[4 * c] + j; let row = table_chunks[4 * c + 1] + j;
      if (u_.masked == 0 || table_mask[t] != 0) {
        let decay = a[t * (u_.heads / u_.share_a) + h / u_.share_a];
        sum = decay * sum + x[(t * (u_.heads / u_.share_x) + h / u_.share_x) * ${K} + i];
        product *= decay;
      }
      local[(row * u_.heads + h) * ${K} + i] = sum;
      if (i == 0) { factor[row * u_.heads + h] = product; }
    }
  }`,
      js: `
  const { x, a, local, factor } = buffers, chunks = buffers['table.chunks'], mask = buffers['table.mask']
  const H = uniforms.heads, gx = uniforms['share.x'], ga = uniforms['share.a']
  for (let c = 0; c < groups.x; c++) for (let h = 0; h < groups.y; h++) for (let i = 0; i < ${K}; i++) {
    let sum = 0, product = 1
    for (let j = 0; j < chunks[4 * c + 2]; j++) {
      const t = chunks[4 * c] + j, row = chunks[4 * c + 1] + j
      if (uniforms.masked === 0 || mask[t] !== 0) {
        const decay = a[t * (H / ga) + Math.floor(h / ga)]
        sum = decay * sum + x[(t * (H / gx) + Math.floor(h / gx)) * ${K} + i]
        product *= decay
      }
      local[(row * H + h) * ${K} + i] = sum
      factor[row * H + h] = product
    }
  }`,
    }),
    stage({
      name: 'carry',
      x: 'sequences',
      reads: ['local', 'factor', 'table.chunks', 'table.sequences'],
      writes: ['start', 'state.S'],
      uniforms: ['heads'],
      wgsl: `
  let sequence = i32(id.x); let h = i32(id.y);
  for (var i = i32(lane); i < ${K}; i += 4) {
    let at = (sequence * u_.heads + h) * ${K} + i;
    for (var c = table_sequences[2 * sequence]; c < table_sequences[2 * sequence] + table_sequences[2 * sequence + 1]; c++) {
      start[(c * u_.heads + h) * ${K} + i] = state_S[at];
      let row = table_chunks[4 * c + 1] + table_chunks[4 * c + 2] - 1;
      state_S[at] = factor[row * u_.heads + h] * state_S[at] + local[(row * u_.heads + h) * ${K} + i];
    }
  }`,
      js: `
  const { local, factor, start } = buffers, S = buffers['state.S'], H = uniforms.heads
  const chunks = buffers['table.chunks'], sequences = buffers['table.sequences']
  for (let sequence = 0; sequence < groups.x; sequence++) for (let h = 0; h < groups.y; h++) for (let i = 0; i < ${K}; i++) {
    const at = (sequence * H + h) * ${K} + i
    for (let c = sequences[2 * sequence]; c < sequences[2 * sequence] + sequences[2 * sequence + 1]; c++) {
      start[(c * H + h) * ${K} + i] = S[at]
      const row = chunks[4 * c + 1] + chunks[4 * c + 2] - 1
      S[at] = factor[row * H + h] * S[at] + local[(row * H + h) * ${K} + i]
    }
  }`,
    }),
    stage({
      name: 'output',
      x: 'chunks',
      reads: ['local', 'factor', 'start', 'u', 'table.chunks', 'table.mask'],
      writes: ['o'],
      uniforms: ['heads', 'masked', 'share.u'],
      wgsl: `
  let c = i32(id.x); let h = i32(id.y);
  for (var i = i32(lane); i < ${K}; i += 4) {
    for (var j = 0; j < table_chunks[4 * c + 2]; j++) {
      let t = table_chunks[4 * c] + j; let row = table_chunks[4 * c + 1] + j;
      let read = local[(row * u_.heads + h) * ${K} + i] + factor[row * u_.heads + h] * start[(c * u_.heads + h) * ${K} + i];
      let padded = u_.masked == 1 && table_mask[t] == 0;
      o[(t * u_.heads + h) * ${K} + i] = select(read + u[(h / u_.share_u) * ${K} + i], 0.0, padded);
    }
  }`,
      js: `
  const { local, factor, start, u, o } = buffers, chunks = buffers['table.chunks'], mask = buffers['table.mask']
  const H = uniforms.heads, gu = uniforms['share.u']
  for (let c = 0; c < groups.x; c++) for (let h = 0; h < groups.y; h++) for (let i = 0; i < ${K}; i++)
    for (let j = 0; j < chunks[4 * c + 2]; j++) {
      const t = chunks[4 * c] + j, row = chunks[4 * c + 1] + j
      const read = local[(row * H + h) * ${K} + i] + factor[row * H + h] * start[(c * H + h) * ${K} + i]
      o[(t * H + h) * ${K} + i] = uniforms.masked === 1 && mask[t] === 0 ? 0 : read + u[Math.floor(h / gu) * ${K} + i]
    }`,
    }),
  ],
})

const stage = (of: {
  readonly name: string
  readonly x: 'chunks' | 'sequences'
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  readonly uniforms: readonly string[]
  readonly wgsl: string
  readonly js: string
}): StageManifest => {
  const bindings = [
    ...of.reads.map((buffer) => ({ buffer, access: 'read' as const })),
    ...of.writes.map((buffer) => ({ buffer, access: 'read_write' as const })),
  ].map(({ buffer, access }) => ({
    buffer,
    access,
    element: buffer.startsWith('table.') ? ('i32' as const) : ('f32' as const),
  }))
  const spelled = (name: string): string => name.replace('.', '_')
  const declared = bindings.map(
    ({ buffer, element, access }, i) =>
      `@group(0) @binding(${i}) var<storage, ${access}> ${spelled(buffer)}: array<${element}>;`,
  )
  return {
    name: of.name,
    workgroupSize: 4,
    bindings,
    uniforms: of.uniforms,
    grid: { x: of.x, z: 1 },
    wgsl: `struct Uniforms { ${of.uniforms.map((name) => `${spelled(name)}: i32`).join(', ')} }
${declared.join('\n')}
@group(0) @binding(${bindings.length}) var<uniform> u_: Uniforms;
@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {${of.wgsl}
}
`,
    js: of.js,
  }
}

/** What the layer means, in doubles: `[N][T][H][K]` → outputs and final states, sequence by sequence. */
export const referenceSum = (call: {
  readonly K: number
  readonly H: number
  /** Tokens of each sequence, flat over `[B, T]`. */
  readonly sequences: readonly { readonly from: number; readonly to: number }[]
  readonly x: (t: number, h: number, i: number) => number
  readonly a: (t: number, h: number) => number
  readonly u: (h: number, i: number) => number
  readonly S0?: (n: number, h: number, i: number) => number
  readonly counts?: (t: number) => boolean
  readonly tokens: number
}): { readonly o: Float64Array; readonly S: Float64Array } => {
  const { K, H } = call
  const o = new Float64Array(call.tokens * H * K)
  const S = new Float64Array(call.sequences.length * H * K)
  call.sequences.forEach(({ from, to }, n) => {
    for (let h = 0; h < H; h++)
      for (let i = 0; i < K; i++) {
        let state = call.S0?.(n, h, i) ?? 0
        for (let t = from; t < to; t++) {
          if (call.counts && !call.counts(t)) continue
          state = call.a(t, h) * state + call.x(t, h, i)
          o[(t * H + h) * K + i] = state + call.u(h, i)
        }
        S[(n * H + h) * K + i] = state
      }
  })
  return { o, S }
}
