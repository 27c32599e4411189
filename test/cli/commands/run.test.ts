import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { asFloat64, readSafetensors, storedTensor, type StoredTensor } from '../../../cli/safetensors.ts'
import { withoutDevice } from '../../support/device.ts'
import { mix } from '../../support/terminal.ts'
import { filled, gatedInputs, gatedSizes, writeTensors } from '../../support/tensors.ts'
import { fixtures } from '../fixtures.ts'

const { folder, at, write } = fixtures()
const { B, T, H, K, V } = gatedSizes

const inputs = (name: string, changed: Parameters<typeof gatedInputs>[0] = {}): string => {
  writeTensors(at(name), gatedInputs(changed))
  return at(name)
}

const run = (path: string, ...options: readonly string[]) =>
  mix('run', 'gated_delta_net', '--inputs', path, '--device', 'cpu', ...options)

const read = (path: string) => {
  const file = readSafetensors(path)
  if ('severity' in file) throw new Error(file.message)
  return Object.fromEntries([...file.tensors].map(([name, t]) => [name, { ...t, data: asFloat64(t)! }]))
}

const expectClose = (found: ArrayLike<number>, wanted: ArrayLike<number>, within = 1e-5): void => {
  expect(found.length).toBe(wanted.length)
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(found[i] - wanted[i])).toBeLessThan(within)
}

test('all forms give the same, under the names of the spec', async () => {
  const path = inputs('in.safetensors')
  const results = await Promise.all(
    ['recurrent', 'chunk', 'reference'].map(async (form) => {
      const out = at(`out-${form}.safetensors`)
      const { code, said, warned } = await run(path, '--form', form, '--out', out)
      expect({ code, warned }).toEqual({ code: 0, warned: '' })
      expect(said).toContain(`gated_delta_net: ${form} form`)
      expect(said).toContain(`B = ${B}, T = ${T}, H = ${H}, K = ${K}, V = ${V}`)
      return read(out)
    }),
  )
  const [recurrent, chunk, reference] = results
  expect(Object.keys(reference).sort()).toEqual(['S', 'o'])
  expect(recurrent.o.shape).toEqual([B, T, H, V])
  expect(recurrent.S.shape).toEqual([B, H, K, V])
  expect(recurrent.o.dtype).toBe('F32')
  expect(reference.o.dtype).toBe('F64')
  for (const name of ['o', 'S'])
    for (const found of [recurrent, chunk]) expectClose(found[name].data, reference[name].data)
})

test.skipIf(withoutDevice)('a device gives the same as the reference', async () => {
  const path = inputs('gpu.safetensors')
  const [out, wanted] = [at('out-gpu.safetensors'), at('out-gpu-ref.safetensors')]
  const args = ['run', 'gated_delta_net', '--inputs', path, '--out']
  const { code, said } = await mix(...args, out, '--device', 'gpu', '--form', 'chunk', '--chunk', '4')
  expect(code).toBe(0)
  expect(said).toContain('chunk form, C = 4')
  await mix(...args, wanted, '--form', 'reference')
  expectClose(read(out).o.data, read(wanted).o.data)
})

test('half precision and float64 are taken, and whole numbers are not', async () => {
  const wide = gatedInputs().get('q')!
  const values = asFloat64(wide)!
  const halves = Uint16Array.from(values, () => 0x3800)
  const stored = (dtype: StoredTensor['dtype'], data: ArrayBufferView): StoredTensor => ({
    dtype,
    shape: wide.shape,
    bytes: new Uint8Array(data.buffer),
  })
  expect(await run(inputs('f64.st', { q: storedTensor(values, wide.shape) }))).toMatchObject({ code: 0 })
  expect(await run(inputs('f16.st', { q: stored('F16', halves) }))).toMatchObject({ code: 0 })
  expect(await run(inputs('bf16.st', { q: stored('BF16', halves) }))).toMatchObject({ code: 0 })
  expect(
    await run(inputs('i32.st', { q: storedTensor(new Int32Array(values.length), wide.shape) })),
  ).toMatchObject({
    code: 1,
    warned: expect.stringContaining('error[tensor-dtype]: q holds I32 values'),
  })
})

test('every tensor that does not fit is named', async () => {
  const path = inputs('wrong.st', {
    beta: undefined,
    gate: filled([1], () => 1),
    v: filled([B, T + 1, H, V], () => 1),
    q: filled([B, T, H], () => 1),
  })
  const { code, warned } = await run(path)
  expect(code).toBe(1)
  expect(warned).toContain('error[input-missing]: the tensor beta of gated_delta_net is missing')
  expect(warned).toContain('error[tensor-unknown]: gated_delta_net has no use for the tensor gate')
  expect(warned).toContain('error[size-conflict]: T is 5 by k, but 6 by v')
  expect(warned).toContain('error[tensor-shape]: the shape of q is [1, 5, 2], but [B, T, H, K] is expected')
})

test('sizes that disagree name both who say so', async () => {
  expect(await run(inputs('in2.st'), '--dim', 'K=8')).toMatchObject({
    code: 1,
    warned: expect.stringContaining('K is 8 by --dim K=8, but 4 by q'),
  })
  expect(await run(inputs('heads.st', { beta: filled([B, T, 3], () => 1) }))).toMatchObject({
    code: 1,
    warned: expect.stringContaining('H is 3 by beta, but 2 by'),
  })
  expect(await run(inputs('state.st', { S: filled([2, H, K, V], () => 1) }))).toMatchObject({
    code: 1,
    warned: expect.stringContaining('B is 1 by q, but 2 by S'),
  })
  expect(await run(inputs('state-heads.st', { S: filled([B, 1, K, V], () => 1) }))).toMatchObject({
    code: 1,
    warned: expect.stringContaining('error[size-conflict]: H is 2 by'),
  })
})

test('an initial state, padding and packed sequences', async () => {
  const state = filled([3, H, K, V], (i) => Math.sin(i))
  const path = inputs('packed.st', { S: state, cu_seqlens: storedTensor(Int32Array.of(0, 2, 2, 5), [4]) })
  const [out, wanted] = [at('packed-out.st'), at('packed-ref.st')]
  expect(await run(path, '--form', 'chunk', '--out', out)).toMatchObject({ code: 0 })
  await run(path, '--form', 'reference', '--out', wanted)
  expectClose(read(out).S.data, read(wanted).S.data)
  // The empty sequence keeps its state.
  const size = H * K * V
  expectClose(read(out).S.data.slice(size, 2 * size), asFloat64(state)!.slice(size, 2 * size))

  const wide = inputs('i64.st', { cu_seqlens: storedTensor(BigInt64Array.of(0n, 2n, 5n), [3]) })
  expect(await run(wide)).toMatchObject({ code: 0 })
  const padded = inputs('mask.st', {
    mask: { dtype: 'BOOL', shape: [B, T], bytes: Uint8Array.of(1, 0, 1, 1, 0) },
  })
  await run(padded, '--form', 'chunk', '--out', out)
  await run(padded, '--form', 'reference', '--out', wanted)
  expectClose(read(out).o.data, read(wanted).o.data)
  expect(
    Math.max(
      ...read(out)
        .o.data.slice(H * V, 2 * H * V)
        .map(Math.abs),
    ),
  ).toBe(0)
})

test('sequences that do not add up', async () => {
  const cuts = async (...values: readonly number[]) =>
    (await run(inputs('cuts.st', { cu_seqlens: storedTensor(Int32Array.from(values), [values.length]) })))
      .warned
  expect(await cuts(1, 5)).toContain('cu_seqlens begins with 1, not with 0')
  expect(await cuts(0, 4, 2, 5)).toContain('cu_seqlens falls from 4 to 2 at index 2')
  expect(await cuts(0, 4)).toContain('cu_seqlens ends with 4, but there are 5 tokens')
  expect(await cuts()).toContain('the shape of cu_seqlens is [0]')
  expect((await run(inputs('floats.st', { cu_seqlens: filled([2], () => 0) }))).warned).toContain(
    'tensor-dtype',
  )
  expect((await run(inputs('mask2.st', { mask: filled([T], () => 0) }))).warned).toContain(
    'the shape of mask is [5]',
  )
})

test('no token is legal, and gives the initial state back', async () => {
  const empty = Object.fromEntries(
    [...gatedInputs()].map(([name, { shape }]) => [name, filled([B, 0, ...shape.slice(2)], () => 0)]),
  )
  const state = filled([B, H, K, V], (i) => i)
  const path = inputs('empty.st', { ...empty, S: state })
  for (const form of ['recurrent', 'chunk', 'reference']) {
    const out = at(`empty-${form}.st`)
    expect(await run(path, '--form', form, '--out', out)).toMatchObject({ code: 0 })
    expect(read(out).o.shape).toEqual([B, 0, H, V])
    expectClose(read(out).S.data, asFloat64(state)!)
  }
})

test('what is not finite is named by tensor and place', async () => {
  const v = filled([B, T, H, V], (i) => (i === 13 ? NaN : i === 30 ? Infinity : 1))
  const path = inputs('nan.st', { v })
  const { code, warned } = await run(path)
  expect(code).toBe(1)
  expect(warned).toContain('error[input-not-finite]: v[0, 1, 1, 1] is NaN')
  expect(warned).toContain('so is 1 more value of it')
  expect(await run(path, '--allow-nonfinite', '--form', 'reference')).toMatchObject({
    code: 0,
    said: expect.stringContaining('not finite'),
  })
  // Finite as float64, beyond float32.
  const large = storedTensor(
    Float64Array.from({ length: B * T * H * V }, () => 1e300),
    [B, T, H, V],
  )
  expect(await run(inputs('large.st', { v: large }))).toMatchObject({
    code: 1,
    warned: expect.stringContaining('is Infinity'),
  })
})

test('a broken promise is a warning, or an error where one asks', async () => {
  const path = inputs('range.st', { beta: filled([B, T, H], (i) => (i === 3 ? 2.5 : 1)) })
  const { code, warned } = await run(path)
  expect(code).toBe(0)
  expect(warned).toContain('warning[input-out-of-range]: beta[0, 1, 1] is 2.5')
  expect(await run(path, '--check-ranges')).toMatchObject({
    code: 1,
    warned: expect.stringContaining('error['),
  })
  const long = inputs('norm.st', { k: filled([B, T, H, K], () => 1) })
  expect((await run(long)).warned).toContain('k[0, 0, 0] is of norm 2, which breaks the promise norm(k) <= 1')
})

test('a file that is no safetensors file, or cannot be read', async () => {
  expect(await run(write('short.st', new Uint8Array(3)))).toMatchObject({ code: 1 })
  expect(await run(write('lies.st', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127)))).toMatchObject({
    code: 1,
    warned: expect.stringContaining('error[safetensors-damaged]'),
  })
  const whole = readFileSync(inputs('whole.st'))
  expect(await run(write('cut.st', whole.subarray(0, whole.length - 5)))).toMatchObject({
    code: 1,
    warned: expect.stringContaining('error[safetensors-damaged]'),
  })
  expect(await run(at('nowhere.st'))).toMatchObject({
    code: 1,
    warned: expect.stringContaining('file-unreadable'),
  })
  expect(await run(folder)).toMatchObject({ code: 1, warned: expect.stringContaining('file-unreadable') })
})

test('an output that cannot be written leaves nothing behind', async () => {
  const path = inputs('in3.st')
  for (const out of [at('no/such/folder.st'), folder, `${path}/x`])
    expect(await run(path, '--out', out)).toMatchObject({
      code: 1,
      said: '',
      warned: expect.stringContaining('error[file-unwritable]'),
    })
  mkdirSync(at('own'))
  writeFileSync(at('own/out.st'), 'before')
  const missing = inputs('in4.st', { beta: undefined })
  await run(missing, '--out', at('own/out.st'))
  expect(readFileSync(at('own/out.st'), 'utf8')).toBe('before')
  expect(readdirSync(dirname(at('own/out.st')))).toEqual(['out.st'])
  expect(await run(path, '--out', path)).toMatchObject({ code: 0 })
  expect(Object.keys(read(path)).sort()).toEqual(['S', 'o'])
})

test('random inputs are the same for the same seed', async () => {
  const random = async (seed: string, out: string) => {
    const sizes = ['--tokens', '7', '--batch', '2', '--heads', '3', '--dim', 'K=5', '--dim', 'V=6']
    const result = await mix(
      'run',
      'rwkv6',
      '--form',
      'reference',
      '--seed',
      seed,
      ...sizes,
      '--out',
      at(out),
    )
    expect(result).toMatchObject({ code: 0, warned: '' })
    return read(at(out))
  }
  const [a, b, c] = [await random('1', 'a.st'), await random('1', 'b.st'), await random('2', 'c.st')]
  expect(a.o.shape).toEqual([2, 7, 3, 6])
  expect([...a.o.data]).toEqual([...b.o.data])
  expect([...a.o.data]).not.toEqual([...c.o.data])
})

test('forms that there are not', async () => {
  expect(await mix('run', 'gla', '--form', 'scan', '--device', 'cpu')).toMatchObject({
    code: 1,
    warned: expect.stringContaining('error[form-not-available]: gla has no scan form'),
  })
  expect(await mix('run', 'gla', '--tokens', '1000000000', '--device', 'cpu')).toMatchObject({
    code: 1,
    warned: expect.stringContaining('error[call-too-large]'),
  })
  expect(existsSync(at('nothing'))).toBe(false)
})
