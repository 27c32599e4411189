import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { positionOf } from '../../diagnostics/lines.ts'
import type { Source } from '../../diagnostics/source.ts'

export interface Case {
  readonly name: string
  readonly text: string
  /** `error: 3:7-3:17 state-not-linear`, in the order of the text. */
  readonly expected: readonly string[]
}

const heading = /^--- (.+) ---$/
const expectation = /^\s*\/\/ ((?:error|warning|info): .+)$/

/**
 * Cut a file of cases apart. What is expected stands in comments above the line that it speaks of; these
 * belong to the text, so a place counts them: the line below `--- name ---` is line 1. The end of a place is
 * the column behind its last character.
 */
export const readCases = (text: string): readonly Case[] => {
  const cases: { name: string; lines: string[] }[] = []
  for (const line of text.split('\n')) {
    const name = heading.exec(line)?.[1]
    if (name !== undefined) cases.push({ name, lines: [] })
    else if (cases.length > 0) cases[cases.length - 1].lines.push(line)
    else if (line.trim() !== '') throw new Error(`text before the first case: ${line}`)
  }
  return cases.map(({ name, lines }) => ({
    name,
    text: lines.join('\n'),
    expected: lines.flatMap((line) => expectation.exec(line)?.[1] ?? []),
  }))
}

/** A diagnostic as an expectation is written; with its message where the expectation gives one. */
export const summary = (found: Diagnostic): string => {
  const { span } = found
  const place = (offset: number): string => {
    const { line, column } = positionOf(span!.source, offset)
    return `${line}:${column}`
  }
  const where = span === undefined ? '' : `${place(span.start)}-${place(span.end)} `
  return `${found.severity}: ${where}${found.code}: ${found.message}`
}

/** Whether a diagnostic is the one expected; the message may be left out. */
const matching = (expected: readonly string[], found: readonly string[]): readonly string[] =>
  found.map((text, i) =>
    expected[i] !== undefined && text.startsWith(`${expected[i]}:`) ? expected[i] : text,
  )

/** One test for each case of a file: exactly the expected diagnostics, no more. */
export const diagnosticCases = (file: URL, check: (source: Source) => readonly Diagnostic[]): void => {
  const cases = readCases(readFileSync(file, 'utf8'))
  for (const { name, text, expected } of cases)
    test(name, () => {
      const found = check({ name: 'case.mix', text }).map(summary)
      expect(matching(expected, found)).toEqual(expected)
    })
}
