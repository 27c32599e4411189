import { expect, test } from 'vitest'
import { checked, layerOf } from '../../support/layer.ts'

test('the fields of the doc comment, bindings as they are written', () => {
  const { header, doc } = layerOf(`/// A layer.
/// paper: Yang (2024), eq. 10
/// kin: retnet where log_alpha = log(gamma), q = (2 * q)
/// kin: gla
/// expect: chunk { chunk-state, chunk-output }
mixer a { output o: scalar = 1 }`)
  expect(header.paper).toBe('Yang (2024), eq. 10')
  expect(header.kin.map(({ mixer, where }) => [mixer, where])).toEqual([
    ['retnet', 'log_alpha = log(gamma), q = (2 * q)'],
    ['gla', undefined],
  ])
  expect(header.expect.map(({ form, stages }) => [form, stages])).toEqual([
    ['chunk', ['chunk-state', 'chunk-output']],
  ])
  expect(doc).toContain('A layer.')
})

test('a mixer without a comment has no fields', () => {
  expect(layerOf('mixer a { output o: scalar = 1 }').header).toEqual({ kin: [], expect: [] })
})

test('a field that cannot be read is reported', () => {
  expect(checked('/// kin: ?\nmixer a { output o: scalar = 1 }').diagnostics.map((d) => d.code)).toEqual([
    'malformed-field',
  ])
})
