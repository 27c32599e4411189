import { expect, test } from 'vitest'
import { checkStateHeads, readCall } from '../../../cli/run/read-call.ts'
import { storedTensor, type StoredTensor } from '../../../cli/safetensors.ts'
import { compileLayer } from '../../../compiler/compile.ts'
import { layerOf } from '../../support/layer.ts'
import { filled } from '../../support/tensors.ts'
import { layerText } from '../fixtures.ts'

const layer = layerOf(layerText('a'))
const good: Readonly<Record<string, StoredTensor>> = {
  q: filled([1, 2, 2, 4], (i) => i),
  k: filled([1, 2, 1, 4], (i) => i),
  v: filled([1, 2, 2, 3], (i) => i),
}
const read = (
  tensors: Readonly<Record<string, StoredTensor | undefined>>,
  precision: 'f32' | 'f64' = 'f32',
) =>
  readCall(
    layer,
    {
      tensors: new Map(Object.entries(tensors).flatMap(([name, t]) => (t ? [[name, t] as const] : []))),
      metadata: new Map(),
    },
    {},
    precision,
  )
const messages = (found: ReturnType<typeof read>) =>
  'dims' in found
    ? []
    : found.map(({ message, help }) => (help === undefined ? message : `${message} (${help})`))

test('tensors become a call, in the precision that is asked for', () => {
  const found = read(good)
  if (!('dims' in found)) throw new Error('refused')
  expect(found).toMatchObject({ batch: 1, tokens: 2, heads: 2, dims: { K: 4, V: 3 } })
  expect(found.inputs.q.data).toBeInstanceOf(Float32Array)
  expect(read(good, 'f64')).toMatchObject({ inputs: { q: { data: expect.any(Float64Array) } } })
})

test('missing and surplus tensors, with what was probably meant', () => {
  expect(messages(read({ ...good, k: undefined, K: good.k }))).toEqual([
    'the tensor k of a is missing',
    'a has no use for the tensor K (did you mean k?)',
  ])
  expect(messages(read({ ...good, something: good.k }))).toEqual([
    'a has no use for the tensor something (it takes q, k, v, S)',
  ])
})

test('a spec may use the names mask and cu_seqlens for itself', () => {
  const own = layerOf('mixer a { input mask: scalar output o: scalar = mask }')
  const tensors = new Map([['mask', filled([1, 3, 1], () => 0)]])
  const found = readCall(own, { tensors, metadata: new Map() }, {}, 'f32')
  expect(found).toMatchObject({ inputs: { mask: { shape: [1, 3, 1] } }, mask: undefined })
})

test('packed sequences and padding', () => {
  const found = read({
    ...good,
    cu_seqlens: storedTensor(BigInt64Array.of(0n, 2n), [2]),
    mask: filled([1, 2], () => 1),
  })
  expect(found).toMatchObject({ cuSeqlens: [0, 2], mask: { shape: [1, 2] } })
  expect(messages(read({ ...good, cu_seqlens: storedTensor(Int32Array.of(0), [1, 1]) }))).toEqual([
    'the shape of cu_seqlens is [1, 1], but [N + 1] is expected',
  ])
  const twice = {
    q: filled([2, 1, 1, 4], () => 1),
    k: filled([2, 1, 1, 4], () => 1),
    v: filled([2, 1, 1, 3], () => 1),
  }
  expect(messages(read({ ...twice, cu_seqlens: storedTensor(Int32Array.of(0, 1), [2]) }))).toEqual([
    'cu_seqlens packs sequences along T, so B is 1, not 2',
  ])
})

test('a state has the heads of what feeds it', () => {
  const compiled = compileLayer(layer)
  if (compiled.kind === 'refused') throw new Error('refused')
  const heads = (count: number) => {
    const found = read({ ...good, v: filled([1, 2, 1, 3], () => 1), S: filled([1, count, 4, 3], () => 0) })
    if (!('dims' in found)) throw new Error('refused')
    return checkStateHeads(compiled.compiled.manifest, found).map(({ message }) => message)
  }
  // q only reads: the state is fed by k and v, which have one head.
  expect(heads(1)).toEqual([])
  expect(heads(2)).toEqual(['H is 1 by k, v, but 2 by S'])
})
