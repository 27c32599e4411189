import { expect, test } from 'vitest'
import { withoutDevice } from '../../support/device.ts'
import { mix } from '../../support/terminal.ts'
import { fixtures, layerText } from '../fixtures.ts'

const { at, write } = fixtures()
/** Small chunks and one round: what is tested here is what is made of the results. */
const quick = ['--rounds', '1', '--chunk', '2', '--device', 'cpu'] as const

test('a layer that keeps what its header says', async () => {
  const header = '/// kin: linear_attention\n/// expect: chunk { chunk-state, chunk-output }\n'
  const path = write('good.mix', layerText('good', 'S[t-1] + k @ v.T', header))
  const { code, said, warned } = await mix('verify', path, ...quick)
  expect({ code, warned }).toEqual({ code: 0, warned: '' })
  expect(said).toContain(`✓ good  ${path}`)
  expect(said).toContain('chunk { chunk-state, chunk-output }, as expected')
  expect(said).toContain('✓ kin     is linear_attention')
  expect(said).toMatch(/✓ exact {3}recurrent and chunk form \(C = 2\) = the equation/)
  expect(said).toMatch(/chance of an error ≤ \de-\d+/)
  expect(said).toMatch(/✓ float {3}off by ≤ [\d.e-]+ recurrent, [\d.e-]+ chunk \(C = 2\)/)
})

test('what falls short makes 1', async () => {
  const wrongKin = write('kin.mix', layerText('kin', '0.5 * S[t-1] + k @ v.T', '/// kin: linear_attention\n'))
  expect(await mix('verify', wrongKin, ...quick)).toMatchObject({
    code: 1,
    said: expect.stringContaining('✗ kin'),
    warned: expect.stringContaining('error[kin-differs]'),
  })
  const wrongStages = write(
    'stages.mix',
    layerText('stages', 'S[t-1] + k @ v.T', '/// expect: chunk { wy }\n'),
  )
  expect(await mix('verify', wrongStages, ...quick)).toMatchObject({
    code: 1,
    warned: expect.stringContaining('error[stages-unexpected]'),
  })
  expect(await mix('verify', at('nowhere.mix'), ...quick)).toMatchObject({ code: 1 })
})

test('every mixer of every file, one that is broken among them', async () => {
  const two = write('two.mix', layerText('one') + layerText('two', '0.5 * S[t-1] + k @ v.T'))
  const broken = write('broken.mix', 'mixer a { }')
  const { code, said, warned } = await mix('verify', two, broken, ...quick)
  expect(code).toBe(1)
  expect(said).toContain('2 of 2 layers verified')
  expect(warned).toContain('error[output-missing]')
})

test('a file without a mixer is nothing to verify', async () => {
  expect(await mix('verify', 'stdlib/maps.mix', ...quick)).toMatchObject({
    code: 0,
    warned: expect.stringContaining('nothing to verify'),
  })
})

test('mutants are listed with what caught each', async () => {
  const path = write('mutants.mix', layerText('mutants', '0.5 * S[t-1] + k @ v.T'))
  const { code, said } = await mix('verify', path, ...quick, '--mutants')
  expect(said).toMatch(/✓ mutants {1,2}(\d+) of \1 caught, of \d+ kinds/)
  expect(said).toMatch(/^ +proof +drop the masks +chunk all stages, at padding; /m)
  expect(code).toBe(0)
})

test('for programs there is JSON', async () => {
  const path = write('json.mix', layerText('json'))
  const { said } = await mix('verify', path, ...quick, '--json')
  expect(JSON.parse(said)).toMatchObject([
    {
      layer: 'json',
      ok: true,
      stages: { chunk: ['chunk-state', 'chunk-output'] },
      certificate: { proved: true },
    },
  ])
})

test.skipIf(withoutDevice)('on a device', async () => {
  const path = write('device.mix', layerText('device'))
  const { code, said } = await mix('verify', path, '--rounds', '1', '--device', 'gpu')
  expect(code).toBe(0)
  expect(said).toContain('cases against float64 on ')
  expect(said).not.toContain('JavaScript')
})
