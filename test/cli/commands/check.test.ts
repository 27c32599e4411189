import { expect, test } from 'vitest'
import { fixtures } from '../fixtures.ts'
import { mix } from '../../support/terminal.ts'

const { at, write } = fixtures()
const good = write('good.mix', 'mixer good {\n  input x: scalar\n  output o: scalar = x\n}\n')
const bad = write(
  'bad.mix',
  'mixer bad {\n  input x: scalar\n  output o: scalar = y\n  output p: scalar = z\n}\n',
)

test('a good file is said to be good', async () => {
  expect(await mix('check', good)).toEqual({ code: 0, said: `✓ ${good}: good`, warned: '' })
})

test('all that is wrong is said, of all files', async () => {
  const { code, said, warned } = await mix('check', good, bad, at('nowhere.mix'))
  expect(code).toBe(1)
  expect(said).toContain('good.mix')
  expect(said).not.toContain('bad.mix')
  expect(warned).toContain(`┌─ ${bad}:3:22`)
  expect(warned).toContain(`┌─ ${bad}:4:22`)
  expect(warned).toContain('error[file-unreadable]')
  expect(warned).toContain('3 errors in 2 files of 3')
})

test('warnings do not make a file bad', async () => {
  const warned = write('warned.mix', '/// papr: x\nmixer a {\n  input x: scalar\n  output o: scalar = x\n}\n')
  expect(await mix('check', warned)).toMatchObject({
    code: 0,
    said: expect.stringContaining('✓'),
    warned: expect.stringContaining('warning[unknown-field]'),
  })
})

test('for programs there is JSON', async () => {
  const { code, said } = await mix('check', '--json', good, bad)
  expect(code).toBe(1)
  expect(JSON.parse(said)).toMatchObject([
    {
      code: 'unknown-name',
      severity: 'error',
      file: bad,
      from: { line: 3, column: 22 },
      to: { line: 3, column: 23 },
    },
    { code: 'unknown-name', from: { line: 4, column: 22 } },
  ])
  expect(await mix('check', '--json', good)).toMatchObject({ code: 0, said: '[]' })
})

test('the library checks as a folder', async () => {
  const { code, said } = await mix('check', 'stdlib')
  expect(code).toBe(0)
  expect(said).toContain('gated_delta_net')
  expect(said).toContain('maps.mix: functions only')
})
