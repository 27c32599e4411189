import { expect, test } from 'vitest'
import { diagnostic, hasErrors, MixError } from '../../diagnostics/diagnostic.ts'

test('placeholders are filled, in the message and in the help', () => {
  const found = diagnostic('unexpected-text', { expected: '`{name}`', found: '`}`' })
  expect(found.message).toBe('expected `{name}`, found `}`')
  expect(diagnostic('malformed-number', { text: '2x' }).help).toBe('a product needs its sign: 2 * x')
})

test('a placeholder that is missing, or one too many, does not type', () => {
  // @ts-expect-error found is missing
  diagnostic('unexpected-text', { expected: 'a name' })
  // @ts-expect-error nothing is called so
  diagnostic('unknown-name', { name: 'q', nome: 'q' })
})

test('what one place knows better overrides the catalogue', () => {
  const found = diagnostic('malformed-number', { text: '2x' }, undefined, { severity: 'warning', help: 'so' })
  expect(found).toMatchObject({ severity: 'warning', help: 'so', labels: [] })
  expect(hasErrors([found])).toBe(false)
  expect(hasErrors([found, { ...found, severity: 'error' }])).toBe(true)
})

test('a thrown collection names each of its diagnostics', () => {
  const error = new MixError([
    diagnostic('unknown-name', { name: 'q' }),
    diagnostic('unknown-name', { name: 'k' }),
  ])
  expect(error.message.split('\n')).toEqual([
    'error[unknown-name]: there is nothing named q here',
    'error[unknown-name]: there is nothing named k here',
  ])
})
