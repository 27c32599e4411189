import { expect, test } from 'vitest'
import { createReport } from '../../diagnostics/report.ts'

const source = { name: 'a.mix', text: 'abcdef' }
const at = (start: number, name = source) => ({ source: name, start, end: start + 1 })

test('nothing collected is nothing', () => {
  const report = createReport()
  expect(report.diagnostics()).toEqual([])
  expect(report.hasErrors()).toBe(false)
})

test('what is collected comes in the order of its places, each once', () => {
  const report = createReport()
  report.add('unknown-name', { name: 'z' }, at(4))
  report.add('unknown-name', { name: 'y' }, at(1))
  report.add('unknown-name', { name: 'z' }, at(4))
  report.add('unknown-name', { name: 'w' }, at(0, { name: 'b.mix', text: 'w' }))
  report.add('input-missing', { name: 'q', layer: 'gla' })
  expect(report.diagnostics().map((d) => d.message)).toEqual([
    'the tensor q of gla is missing',
    'there is nothing named y here',
    'there is nothing named z here',
    'there is nothing named w here',
  ])
})

test('a warning is no error', () => {
  const report = createReport()
  report.add('unknown-name', { name: 'z' }, at(4), { severity: 'warning' })
  expect(report.hasErrors()).toBe(false)
  report.addAll([...report.diagnostics(), { ...report.diagnostics()[0], severity: 'error' }])
  expect(report.hasErrors()).toBe(true)
  expect(report.diagnostics()).toHaveLength(2)
})
