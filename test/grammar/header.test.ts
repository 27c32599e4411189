import { expect, test } from 'vitest'
import type { Mixer } from '../../grammar/ast.ts'
import { header } from '../../grammar/header.ts'
import { parse } from '../../grammar/parse.ts'

const headerOf = (doc: string) => {
  const { file } = parse({ name: 'a.mix', text: `${doc}\nmixer a {\n}\n` })
  return header(file.items[0] as Mixer)
}

const textOf = ({ source, start, end }: { source: { text: string }; start: number; end: number }): string =>
  source.text.slice(start, end)

test('a comment without fields is left alone', () => {
  const { header: found, diagnostics } = headerOf(
    '/// Gated. See [there](https://a.b/c: d).\n/// Note: nothing.',
  )
  expect(found).toEqual({ kin: [], expect: [] })
  expect(diagnostics).toEqual([])
})

test('no comment is an empty header', () => {
  expect(headerOf('// paper: a plain comment holds no data').header).toEqual({ kin: [], expect: [] })
})

test('fields are read with their places', () => {
  const { header: found, diagnostics } = headerOf(`/// A layer.
///
/// paper: Sun (2023), arXiv:2307.08621
/// kin: retnet where log_α = log(gamma), q = 2 * q
/// kin: gla
/// expect: chunk { chunk-state, chunk-output }
/// expect: recurrent {}`)
  expect(diagnostics).toEqual([])
  expect(found.paper?.text).toBe('Sun (2023), arXiv:2307.08621')
  expect(textOf(found.paper!.span)).toBe('Sun (2023), arXiv:2307.08621')
  expect(found.kin.map((kin) => kin.mixer.text)).toEqual(['retnet', 'gla'])
  expect(
    found.kin[0].where.map(({ name, value }) => [name.text, textOf(name.span), textOf(value.span)]),
  ).toEqual([
    ['log_α', 'log_α', 'log(gamma)'],
    ['q', 'q', '2 * q'],
  ])
  expect(found.expect.map(({ form, stages }) => [form.text, stages.map((stage) => stage.text)])).toEqual([
    ['chunk', ['chunk-state', 'chunk-output']],
    ['recurrent', []],
  ])
  expect(found.expect[0].stages.map((stage) => textOf(stage.span))).toEqual(['chunk-state', 'chunk-output'])
})

test('lines end as on Windows, and in code blocks nothing is a field', () => {
  const { header: found } = headerOf('/// paper: one\r\n/// ```\r\n/// kin: gla\r\n/// ```\r\n/// kin: kda\r')
  expect(found.paper?.text).toBe('one')
  expect(found.kin.map((kin) => kin.mixer.text)).toEqual(['kda'])
})

test('what cannot be read is said where it stands', () => {
  const { header: found, diagnostics } = headerOf(`/// paper:
/// kin: 3
/// kin: retnet where g = log(
/// expect: chunk chunk-state
/// papr: Sun
/// paper: one
/// paper: two`)
  expect(diagnostics.map((d) => [d.code, textOf(d.span!)])).toEqual([
    ['malformed-field', 'paper'],
    ['malformed-field', '3'],
    ['unexpected-text', ''],
    ['malformed-field', 'chunk chunk-state'],
    ['unknown-field', 'papr'],
    ['duplicate-field', 'paper'],
  ])
  expect(diagnostics[4]).toMatchObject({ severity: 'warning', help: 'did you mean `paper:`?' })
  expect(found.paper?.text).toBe('one')
})
