import { expect, test } from 'vitest'
import { collector, silent } from '../../../compiler/1-check/report.ts'
import { diagnostic } from '../../../diagnostics/diagnostic.ts'

const span = { source: { name: 'a.mix', text: 'abc' }, start: 0, end: 1 }

test('the same about the same place is said once', () => {
  const { report, add, diagnostics } = collector()
  report('size-unknown', {}, span)
  report('size-unknown', {}, span)
  report('size-varies', {}, span)
  report('size-unknown', {}, { ...span, end: 2 })
  add(diagnostic('not-constant', {}, span))
  expect(diagnostics.map((d) => d.code)).toEqual([
    'size-unknown',
    'size-varies',
    'size-unknown',
    'not-constant',
  ])
})

test('a trial says nothing', () => {
  expect(silent('size-unknown', {}, span)).toBeUndefined()
})
