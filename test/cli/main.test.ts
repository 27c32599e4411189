import { expect, test } from 'vitest'
import { mix } from '../support/terminal.ts'

test('help and version are well', async () => {
  expect(await mix('--version')).toMatchObject({ code: 0, said: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
  const { code, said } = await mix('--help')
  expect(code).toBe(0)
  for (const command of ['check', 'explain', 'run', 'verify', 'equiv', 'fmt']) expect(said).toContain(command)
})

test('wrong usage is 2, with a word about what is wrong', async () => {
  expect(await mix()).toMatchObject({ code: 2 })
  expect(await mix('chek', 'x.mix')).toMatchObject({
    code: 2,
    warned: expect.stringContaining('Did you mean check?'),
  })
  expect(await mix('check')).toMatchObject({
    code: 2,
    warned: expect.stringContaining('missing required argument'),
  })
  expect(await mix('run', 'retnet', '--form', 'parallel')).toMatchObject({ code: 2 })
  expect(await mix('run', 'retnet', '--no-such-option')).toMatchObject({ code: 2 })
  expect(await mix('run', 'retnet', '--tokens', '-1')).toMatchObject({ code: 2 })
  expect(await mix('run', 'retnet', '--tokens', '1e3')).toMatchObject({ code: 2 })
  expect(await mix('explain', 'retnet', '--dim', 'K')).toMatchObject({
    code: 2,
    warned: expect.stringContaining('K=64'),
  })
  expect(await mix('explain', 'retnet', '--dim', 'K=4', '--dim', 'K=8')).toMatchObject({ code: 2 })
  expect(await mix('explain', 'retnet', '--dim', 'K=4,K=8')).toMatchObject({ code: 2 })
  expect(await mix('explain', 'retnet', '--dim', 'K=4,V=8')).toMatchObject({ code: 0 })
  expect(await mix('explain', 'a', 'b')).toMatchObject({ code: 2 })
})

test('what is thrown as diagnostics is printed as diagnostics', async () => {
  const { code, warned } = await mix('explain', 'retnet', '--dim', 'D=4')
  expect(code).toBe(1)
  expect(warned).toContain('error[unknown-dim]: retnet has no dim D')
  expect(warned).not.toContain('    at ')
})
