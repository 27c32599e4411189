import { afterEach, expect, test, vi } from 'vitest'
import { printDiagnostics, processTerminal } from '../../cli/terminal.ts'
import { diagnostic } from '../../diagnostics/diagnostic.ts'
import { memoryTerminal } from '../support/terminal.ts'

afterEach(() => void vi.unstubAllEnvs())

test('colours are for terminals, unless one asks otherwise', () => {
  vi.stubEnv('NO_COLOR', '')
  vi.stubEnv('FORCE_COLOR', '0')
  // The tests run without a terminal.
  expect(processTerminal().colors.red('x')).toBe('x')
  vi.stubEnv('FORCE_COLOR', '1')
  expect(processTerminal().colors.red('x')).not.toBe('x')
  vi.stubEnv('NO_COLOR', '1')
  expect(processTerminal().colors.red('x')).toBe('x')
})

test('diagnostics go to stderr; only an error counts', () => {
  const { terminal, said, warned } = memoryTerminal()
  expect(printDiagnostics(terminal, [])).toBe(false)
  expect(warned()).toBe('')
  expect(printDiagnostics(terminal, [diagnostic('duplicate-field', { field: 'paper' })])).toBe(false)
  expect(printDiagnostics(terminal, [diagnostic('output-missing', { mixer: 'a' })])).toBe(true)
  expect(warned()).toContain('error[output-missing]')
  expect(said()).toBe('')
})
