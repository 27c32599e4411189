import { describe, expect, test } from 'vitest'
import { createLayer, recurrentUpTo, type Layer, type LayerOptions } from '../../runtime/layer.ts'
import type { Manifest } from '../../runtime/manifest.ts'
import { hostTensor, type Tensor } from '../../runtime/tensor.ts'
import { gpuTensor } from '../../runtime/webgpu/tensor.ts'
import { decayedSum, referenceSum } from '../support/decayed-sum.ts'
import { testDevice, withoutDevice } from '../support/device.ts'

const K = 6
const random = (seed: number): number => {
  const x = Math.sin(seed * 12.9898) * 43_758.5453
  return 2 * (x - Math.floor(x)) - 1
}
const filled = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => random(i + 1000 * seed))

interface Shape {
  readonly B?: number
  readonly T?: number
  /** Heads of x, a and u. */
  readonly G?: readonly [number, number, number]
  readonly cuSeqlens?: readonly number[]
  readonly state?: boolean
  readonly mask?: (t: number) => boolean
}

/** A call and what should come out of it. */
const example = ({ B = 1, T = 0, G = [2, 2, 2], cuSeqlens, state, mask }: Shape) => {
  const H = Math.max(...G)
  const SG = Math.max(G[0], G[1])
  const N = cuSeqlens ? cuSeqlens.length - 1 : B
  const x = filled(B * T * G[0] * K, 1)
  const a = filled(B * T * G[1], 2)
  const u = filled(G[2] * K, 3)
  const S0 = filled(N * SG * K, 4)
  const at = (values: Float32Array, outer: number, g: number, h: number, size: number, i: number): number =>
    values[(outer * g + Math.floor((h * g) / H)) * size + i]
  const starts = cuSeqlens ?? Array.from({ length: B + 1 }, (_, b) => b * T)
  const { o, S } = referenceSum({
    K,
    H,
    tokens: B * T,
    sequences: Array.from({ length: N }, (_, n) => ({ from: starts[n], to: starts[n + 1] })),
    x: (t, h, i) => at(x, t, G[0], h, K, i),
    a: (t, h) => at(a, t, G[1], h, 1, 0),
    u: (h, i) => at(u, 0, G[2], h, K, i),
    S0: state ? (n, h, i) => at(S0, n, SG, h, K, i) : undefined,
    counts: mask,
  })
  // Every (H / SG)-th head.
  const final = Float64Array.from({ length: N * SG * K }, (_, j) => {
    const [n, g, i] = [Math.floor(j / (SG * K)), Math.floor(j / K) % SG, j % K]
    return S[(n * H + (g * H) / SG) * K + i]
  })
  const masks = mask && { data: Array.from({ length: B * T }, (_, t) => mask(t)), shape: [B, T] }
  return {
    inputs: { x: hostTensor(x, [B, T, G[0], K]), a: hostTensor(a, [B, T, G[1]]) },
    options: {
      params: { u: hostTensor(u, [G[2], K]) },
      cuSeqlens,
      mask: masks,
      state: state ? { S: hostTensor(S0, [N, SG, K]) } : undefined,
    },
    o: { shape: [B, T, H, K], values: o },
    S: { shape: [N, SG, K], values: final },
  }
}

const expectTensor = async (
  tensor: Tensor,
  wanted: { readonly shape: readonly number[]; readonly values: ArrayLike<number> },
): Promise<void> => {
  expect(tensor.shape).toEqual(wanted.shape)
  const found = await tensor.read()
  expect(found.length).toBe(wanted.values.length)
  for (let i = 0; i < found.length; i++)
    if (!(Math.abs(found[i] - wanted.values[i]) <= 2e-6))
      expect.fail(`value ${i} is ${found[i]}, not ${wanted.values[i]}`)
}

const places = [{ place: 'cpu' }, { place: 'gpu' }] as const
const layerOn = async (place: 'cpu' | 'gpu', manifest: Manifest, options?: LayerOptions): Promise<Layer> =>
  createLayer(manifest, place === 'cpu' ? 'cpu' : await testDevice(), options)

const shapes: Readonly<Record<string, Shape>> = {
  'one token': { B: 2, T: 1 },
  'several chunks with a ragged end': { B: 2, T: 23 },
  'an initial state': { B: 2, T: 9, state: true },
  'no tokens': { B: 2, T: 0 },
  'no tokens, an initial state': { B: 2, T: 0, state: true },
  'packed, some empty': { T: 17, cuSeqlens: [0, 0, 5, 5, 16, 17, 17], state: true },
  'packed, none at all': { T: 0, cuSeqlens: [0] },
  'many sequences': {
    T: 200,
    cuSeqlens: Array.from({ length: 401 }, (_, i) => Math.floor(i / 2)),
    state: true,
  },
  'fewer heads in x': { B: 2, T: 11, G: [2, 6, 3], state: true },
  'fewer heads in the state': { B: 2, T: 11, G: [1, 2, 4], state: true },
  'one head for all': { B: 1, T: 11, G: [1, 1, 3] },
  padding: { B: 2, T: 13, mask: (t) => t % 13 > 3 && t % 5 !== 0, state: true },
  'nothing but padding': { B: 1, T: 6, mask: () => false, state: true },
}

describe.each(places.filter(({ place }) => place === 'cpu' || !withoutDevice))(
  'on the $place',
  ({ place }) => {
    test.each(Object.entries(shapes))('%s: both forms, in one segment or many', async (_, shape) => {
      const { inputs, options, o, S } = example(shape)
      const tight = { scratchBytes: 4 * 4 * K * 4 * 2, maxTokens: 8, maxWorkgroups: 130 }
      for (const limits of [undefined, tight]) {
        using layer = await layerOn(place, decayedSum(K, 4), { limits })
        for (const form of ['recurrent', 'chunk'] as const) {
          const result = await layer.forward(inputs, { ...options, form })
          expect(result.form).toBe(form)
          await expectTensor(result.outputs.o, o)
          await expectTensor(result.state.S, S)
        }
      }
    })

    test('the layer chooses the form by the number of tokens', async () => {
      using layer = await layerOn(place, decayedSum(K, 4))
      const formAt = async (T: number) => {
        const { inputs, options } = example({ T })
        return (await layer.forward(inputs, options)).form
      }
      expect(await formAt(1)).toBe('recurrent')
      expect(await formAt(recurrentUpTo.webgpu)).toBe('recurrent')
      expect(await formAt(recurrentUpTo.webgpu + 1)).toBe(place === 'gpu' ? 'chunk' : 'recurrent')
    })

    test('a state starts from its param where none is given', async () => {
      const S0 = filled(2 * K, 9)
      const { inputs, options, o, S } = example({ B: 3, T: 5, G: [1, 1, 2] })
      using layer = await layerOn(place, decayedSum(K, 4, { initial: true }), {
        params: { ...options.params, S0: hostTensor(S0, [2, K]) },
      })
      for (const form of ['recurrent', 'chunk'] as const) {
        const result = await layer.forward(inputs, { form })
        const decay = (b: number, t: number): number =>
          Array.from({ length: t + 1 }, (_, s) => inputs.a.data[b * 5 + s]).reduce(
            (product, d) => product * d,
            1,
          )
        await expectTensor(result.outputs.o, {
          shape: o.shape,
          values: o.values.map((value, j) => {
            const [b, t, h, i] = [
              Math.floor(j / (10 * K)),
              Math.floor(j / (2 * K)) % 5,
              Math.floor(j / K) % 2,
              j % K,
            ]
            return value + decay(b, t) * S0[h * K + i]
          }),
        })
        // The param tells two heads apart, so the state has two.
        expect(result.state.S.shape).toEqual([3, 2, K])
        const values = await result.state.S.read()
        expect(values[0]).toBeCloseTo(S.values[0] + decay(0, 4) * S0[0], 5)
        expect(values[K]).toBeCloseTo(S.values[0] + decay(0, 4) * S0[K], 5)
      }
    })

    test('steps follow one another: the same as a call over all tokens', async () => {
      const T = 7
      const { inputs, options, o, S } = example({ B: 2, T, G: [1, 2, 2], state: true })
      using layer = await layerOn(place, decayedSum(K, 4), { params: options.params })
      let state = options.state!
      for (let t = 0; t < T; t++) {
        const token = (values: Tensor & { kind: 'host' }, size: number) =>
          hostTensor(
            Float32Array.from(
              { length: 2 * size },
              (_, j) => values.data[(Math.floor(j / size) * T + t) * size + (j % size)],
            ),
            [2, 1, ...values.shape.slice(2)],
          )
        const result = await layer.step({ x: token(inputs.x, K), a: token(inputs.a, 2) }, state)
        expect(result.state.S).toBe(state.S)
        state = result.state as typeof state
        await expectTensor(result.outputs.o, {
          shape: [2, 1, 2, K],
          values: Array.from(
            { length: 4 * K },
            (_, j) => o.values[(Math.floor(j / (2 * K)) * T + t) * 2 * K + (j % (2 * K))],
          ),
        })
      }
      await expectTensor(state.S, S)
    })

    test('a forward call leaves the state that it is given as it is', async () => {
      const { inputs, options, S } = example({ T: 5, state: true })
      using layer = await layerOn(place, decayedSum(K, 4))
      const before = options.state!.S.data.slice()
      const result = await layer.forward(inputs, options)
      expect(options.state!.S.data).toEqual(before)
      await expectTensor(result.state.S, S)
    })

    test('outputs go where the caller wants them', async () => {
      const { inputs, options, o } = example({ T: 5 })
      using layer = await layerOn(place, decayedSum(K, 4))
      const out = { o: hostTensor(new Float32Array(5 * 2 * K), [1, 5, 2, K]) }
      const result = await layer.forward(inputs, { ...options, out })
      expect(result.outputs.o).toBe(out.o)
      await expectTensor(out.o, o)
    })

    test('calls that overlap do not disturb each other', async () => {
      using layer = await layerOn(place, decayedSum(K, 4))
      const calls = [3, 5, 3, 20, 5].map((T, i) => example({ B: 1 + (i % 2), T, state: i > 2 }))
      const results = await Promise.all(calls.map(({ inputs, options }) => layer.forward(inputs, options)))
      for (let i = 0; i < calls.length; i++) await expectTensor(results[i].outputs.o, calls[i].o)
    })

    test('what does not fit is refused in words', async () => {
      const { inputs, options } = example({ B: 2, T: 5 })
      const layer = await layerOn(place, decayedSum(K, 4))
      const refused = (changed: object, more: object = {}): Promise<unknown> =>
        layer.forward({ ...inputs, ...changed }, { ...options, ...more }).then(
          () => 'accepted',
          (e) => e,
        )
      const bad = (shape: number[], data = new Float32Array(shape.reduce((n, s) => n * s, 1))) =>
        hostTensor(data, shape)

      expect(await refused({ x: undefined })).toMatchObject({
        code: 'tensor-missing',
        message: 'the input x of decayed_sum is missing',
      })
      expect(await refused({}, { params: {} })).toMatchObject({ code: 'tensor-missing' })
      expect(await refused({ z: inputs.x })).toMatchObject({ code: 'tensor-unknown' })
      expect(await refused({ x: bad([2, 5, 2, K + 1]) })).toMatchObject({
        code: 'shape-mismatch',
        message: 'x of decayed_sum should have the shape [2, 5, H, 6], not [2, 5, 2, 7]',
      })
      expect(await refused({ x: bad([2, 5, 12]) })).toMatchObject({ code: 'shape-mismatch' })
      expect(await refused({ a: bad([2, 4, 2]) })).toMatchObject({ code: 'shape-mismatch' })
      expect(await refused({ a: bad([2, 5, 3]), x: bad([2, 5, 4, K]) })).toMatchObject({
        code: 'shape-mismatch',
        message: "a of decayed_sum has 3 heads, which does not divide the layer's 4",
      })
      expect(await refused({ x: bad([2, 5, 0, K]) })).toMatchObject({ code: 'shape-mismatch' })
      expect(await refused({ a: hostTensor(new Int32Array(20), [2, 5, 2]) })).toMatchObject({
        code: 'dtype-mismatch',
      })
      expect(await refused({}, { state: { S: bad([2, 1, K]) } })).toMatchObject({
        code: 'shape-mismatch',
        message: 'S of decayed_sum should have the shape [2, 2, 6], not [2, 1, 6]',
      })
      expect(await refused({}, { state: { R: bad([2, 2, K]) } })).toMatchObject({ code: 'tensor-unknown' })
      expect(await refused({}, { mask: { data: [1], shape: [1, 1] } })).toMatchObject({
        code: 'shape-mismatch',
      })
      expect(await refused({}, { cuSeqlens: [0, 10] })).toMatchObject({ code: 'bad-sequences' })
      expect(await refused({}, { out: { o: bad([2, 5, 2, 1]) } })).toMatchObject({ code: 'shape-mismatch' })
      expect(await layer.step(inputs).catch((e) => e)).toMatchObject({ code: 'shape-mismatch' })

      layer.destroy()
      expect(await refused({})).toMatchObject({ code: 'layer-destroyed' })
    })

    test.each([
      [[1, 5], 'should start with 0'],
      [[0, 3, 2, 5], 'should never fall'],
      [[0, 4], 'should end with T = 5'],
      [[0, 2.5, 5], 'whole numbers'],
      [[0, NaN, 5], 'whole numbers'],
      [[], 'should start with 0'],
    ])('cuSeqlens %j is refused', async (cuSeqlens, message) => {
      const { inputs, options } = example({ T: 5 })
      using layer = await layerOn(place, decayedSum(K, 4))
      await expect(layer.forward(inputs, { ...options, cuSeqlens })).rejects.toThrow(message)
    })

    test('a form that is missing says why', async () => {
      const { inputs, options } = example({ T: 20 })
      const whole = decayedSum(K, 4)
      using layer = await layerOn(place, {
        ...whole,
        forms: { recurrent: whole.forms.recurrent },
        missingForms: { chunk: 'its update is nonlinear' },
      })
      expect((await layer.forward(inputs, options)).form).toBe('recurrent')
      await expect(layer.forward(inputs, { ...options, form: 'chunk' })).rejects.toThrow(
        'its update is nonlinear',
      )
    })
  },
)

test.skipIf(withoutDevice)('what lies on the GPU stays there', async () => {
  const device = await testDevice()
  const { inputs, options, o, S } = example({ B: 2, T: 21, G: [1, 2, 4], state: true })
  using layer = createLayer(decayedSum(K, 4), device, { params: options.params })
  const onGpu = (tensor: { data: Float32Array | Int32Array; shape: readonly number[] }) =>
    gpuTensor(device, tensor.shape, { data: tensor.data })
  const x = onGpu(inputs.x)
  const a = onGpu(inputs.a)
  const state = { S: onGpu(options.state!.S) }
  for (const form of ['recurrent', 'chunk'] as const) {
    const result = await layer.forward({ x, a }, { state, form })
    expect([result.outputs.o.kind, result.state.S.kind]).toEqual(['gpu', 'gpu'])
    await expectTensor(result.outputs.o, o)
    await expectTensor(result.state.S, S)
    await expectTensor(state.S, { shape: [2, 2, K], values: options.state!.S.data })
    const again = await layer.forward({ x, a }, { state, form, resident: false })
    expect(again.outputs.o.kind).toBe('host')
  }
  const taken = await layer.forward({ x, a }, { state, inPlace: true })
  expect(taken.state.S).toBe(state.S)
  await expectTensor(state.S, S)
})
