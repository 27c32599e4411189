import { expect, test } from 'vitest'
import { mix } from '../../support/terminal.ts'

test('a layer is told in the words of the field', async () => {
  const { code, said, warned } = await mix('explain', 'gated_delta_net')
  expect({ code, warned }).toEqual({ code: 0, warned: '' })
  for (const fact of [
    'gated_delta_net  K = 64, V = 64',
    'decay exp(log_alpha)',
    'read k → r1',
    'gated delta rule',
    'rank 1',
    'in [-1, 1], stable',
    'parity',
    '16 384 bytes for each head',
    'T/16 + ',
    'slot-dots → solve-tril → wy → chunk-state → chunk-output',
  ])
    expect(said).toContain(fact)
})

test('the derivation, the kernels and the WGSL come on request', async () => {
  const plain = await mix('explain', 'gla')
  expect(plain.said).not.toContain('from-layer')
  const traced = await mix('explain', 'gla', '--trace')
  expect(traced.said).toContain('from-layer')
  expect(traced.said).toMatch(/merge-decays \(unchanged\)/)
  expect((await mix('explain', 'gla', '--kernels')).said).toContain('region "')
  expect((await mix('explain', 'gla', '--wgsl')).said).toContain('@compute')
})

test('sizes and the chunk size can be chosen', async () => {
  const { said } = await mix('explain', 'gla', '--dim', 'K=8', '--dim', 'V=5', '--chunk', '24')
  expect(said).toContain('K = 8, V = 5')
  expect(said).toContain('chunk, C = 24')
})

test('for programs there is JSON', async () => {
  const { said } = await mix('explain', 'gated_delta_product', '--json', '--trace')
  const found = JSON.parse(said)
  expect(found).toMatchObject({
    layer: 'gated_delta_product',
    dims: { K: 64, V: 64, n: 2 },
    states: [{ state: 'S', rank: 2, factors: 2, eigenvalues: { from: -1, to: 1 } }],
    forms: [{ name: 'recurrent' }, { name: 'chunk' }],
  })
  expect(found.trace.length).toBeGreaterThan(5)
  expect(found.kernels).toBeUndefined()
})

test('what is not compiled is refused with the reason', async () => {
  expect(await mix('explain', 'no_such_layer')).toMatchObject({ code: 1, said: '' })
  expect(await mix('explain', 'gla', '--chunk', '100000')).toMatchObject({
    code: 1,
    warned: expect.stringContaining('error[chunk-size-out-of-range]'),
  })
})
