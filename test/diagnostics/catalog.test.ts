import { expect, test } from 'vitest'
import { catalog } from '../../diagnostics/catalog.ts'

test.each(Object.entries(catalog))('%s is made of words, and its sentence is one', (code, entry) => {
  expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
  expect(entry.message).toMatch(/^[a-zA-Z{`]/)
  expect(entry.message).not.toMatch(/\.$|\n/)
  expect(entry.message).not.toMatch(/^[A-Z][a-z]/)
  expect(entry.message).not.toMatch(/\b(node|operand|token stream|AST|IR)\b/)
})
