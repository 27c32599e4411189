import { expect, test } from 'vitest'
import { mix } from '../../support/terminal.ts'
import { fixtures, layerText } from '../fixtures.ts'

const { write } = fixtures()

test('the same layer in two spellings', async () => {
  const a = write('a.mix', layerText('a', '0.5 * (S[t-1] + k @ v.T)'))
  const b = write('b.mix', layerText('b', '0.5 * S[t-1] + 0.5 * k @ v.T'))
  const { code, said } = await mix('equiv', a, b)
  expect(code).toBe(0)
  expect(said).toContain('a and b are the same layer')
})

test('nearly the same is not the same', async () => {
  const a = write('c.mix', layerText('c', '0.5 * S[t-1] + k @ v.T'))
  const b = write('d.mix', layerText('d', '0.500000001 * S[t-1] + k @ v.T'))
  const { code, said } = await mix('equiv', a, b)
  expect(code).toBe(1)
  expect(said).toContain('c and d differ: the output o differs at token')
})

test('inputs of the second can be given in those of the first', async () => {
  expect(await mix('equiv', 'retnet', 'gla', '--where', 'g = log(gamma)')).toMatchObject({ code: 0 })
  expect(await mix('equiv', 'retnet', 'gla', '--where', 'g = gamma')).toMatchObject({ code: 1 })
  const unbound = await mix('equiv', 'retnet', 'gla')
  expect(unbound).toMatchObject({
    code: 1,
    said: expect.stringContaining('nothing in retnet says what g of gla is'),
  })
})

test('bindings that cannot be read are diagnostics', async () => {
  expect(await mix('equiv', 'retnet', 'gla', '--where', 'g = log(')).toMatchObject({
    code: 1,
    warned: expect.stringContaining('┌─ --where:1:'),
  })
  expect(await mix('equiv', 'retnet', 'gla', '--where', 'g = log(nothing)')).toMatchObject({
    code: 1,
    warned: expect.stringContaining('error[unknown-name]'),
  })
  expect(await mix('equiv', 'retnet', 'nowhere.mix')).toMatchObject({ code: 1 })
})

test('for programs there is JSON', async () => {
  const { said } = await mix('equiv', 'retnet', 'gla', '--where', 'g = log(gamma)', '--json', '--rounds', '1')
  expect(JSON.parse(said)).toMatchObject({ a: 'retnet', b: 'gla', equal: true, rounds: 1 })
})
