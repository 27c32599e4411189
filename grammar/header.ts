import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Source, Span } from '../diagnostics/source.ts'
import { suggest } from '../diagnostics/suggest.ts'
import type { Mixer, Name } from './ast.ts'
import { parseBindings, type Binding } from './parse.ts'

/** Another mixer that this one equals, under a binding of the other's inputs to expressions in this one's. */
export interface Kin {
  readonly mixer: Name
  readonly where: readonly Binding[]
  readonly span: Span
}

/** The stages that the lowering of a form must come out with. */
export interface Expectation {
  readonly form: Name
  readonly stages: readonly Name[]
  readonly span: Span
}

/** The data in the doc comment of a mixer; all else there is Markdown and left alone. */
export interface Header {
  readonly paper?: { readonly text: string; readonly span: Span }
  readonly kin: readonly Kin[]
  readonly expect: readonly Expectation[]
}

const fields = ['paper', 'kin', 'expect'] as const

interface Line {
  readonly field: string
  readonly word: Span
  readonly text: string
  readonly span: Span
}

/** The lines `/// field: value` of a doc comment that stand outside of its code blocks. */
const fieldLines = ({ source, start, end }: Span): readonly Line[] => {
  let fenced = false
  return [...source.text.slice(start, end).matchAll(/^[ \t]*\/\/\/(.*)$/gm)].flatMap((match) => {
    const text = match[1].trimEnd()
    const from = start + match.index + match[0].length - match[1].length
    if (/^\s*(```|~~~)/.test(text)) fenced = !fenced
    const parts = /^(\s*)(\w+)(:\s*)(.*)$/.exec(text)
    if (fenced || parts === null) return []
    const [, indent, field, colon, value] = parts
    const wordAt = from + indent.length
    const valueAt = wordAt + field.length + colon.length
    return {
      field,
      word: { source, start: wordAt, end: wordAt + field.length },
      text: value,
      span: { source, start: valueAt, end: valueAt + value.length },
    }
  })
}

const named = (source: Source, text: string, start: number): Name => ({
  text: text.normalize('NFC'),
  span: { source, start, end: start + text.length },
})

const kinIn = ({ text, span }: Line, add: (found: Diagnostic) => void): Kin | undefined => {
  const { source, start } = span
  const parts = /^([\p{L}_][\p{L}\p{M}\p{Nd}_]*)(\s+where\s+(.+))?$/u.exec(text)
  if (parts === null) {
    add(diagnostic('malformed-field', { field: 'kin', form: 'retnet where g = log(gamma)' }, span))
    return undefined
  }
  const [, name, , where] = parts
  const mixer = named(source, name, start)
  if (where === undefined) return { mixer, where: [], span }
  const { bindings, diagnostics } = parseBindings(source, {
    source,
    start: span.end - where.length,
    end: span.end,
  })
  diagnostics.forEach(add)
  return { mixer, where: bindings, span }
}

const expectationIn = ({ text, span }: Line, add: (found: Diagnostic) => void): Expectation | undefined => {
  const { source, start } = span
  const parts = /^([\w-]+)(\s*\{)((?:\s*[\w-]+\s*,)*\s*[\w-]+\s*)?\}$/.exec(text)
  if (parts === null) {
    add(diagnostic('malformed-field', { field: 'expect', form: 'chunk { chunk-state, chunk-output }' }, span))
    return undefined
  }
  const [, form, brace, inner = ''] = parts
  const listAt = start + form.length + brace.length
  const stages = [...inner.matchAll(/[\w-]+/g)].map((match) => named(source, match[0], listAt + match.index))
  return { form: named(source, form, start), stages, span }
}

/**
 * Read the fields of a mixer's doc comment:
 *
 *     /// paper: where the layer comes from
 *     /// kin: retnet where g = log(gamma)
 *     /// expect: chunk { chunk-state, chunk-output }
 *
 * A line whose field is none of these, but nearly one, is warned of: it would be silently unchecked.
 */
export const header = (
  mixer: Mixer,
): { readonly header: Header; readonly diagnostics: readonly Diagnostic[] } => {
  const diagnostics: Diagnostic[] = []
  const add = (found: Diagnostic): void => void diagnostics.push(found)
  const kin: Kin[] = []
  const expect: Expectation[] = []
  let paper: Header['paper']
  for (const line of mixer.docSpan === undefined ? [] : fieldLines(mixer.docSpan)) {
    switch (line.field) {
      case 'paper':
        if (line.text === '')
          add(
            diagnostic(
              'malformed-field',
              { field: 'paper', form: 'Yang (2024), arXiv:2412.06464' },
              line.word,
            ),
          )
        else if (paper !== undefined)
          add(
            diagnostic('duplicate-field', { field: 'paper' }, line.word, {
              labels: [{ span: paper.span, message: 'the first one' }],
            }),
          )
        else paper = { text: line.text, span: line.span }
        break
      case 'kin': {
        const found = kinIn(line, add)
        if (found !== undefined) kin.push(found)
        break
      }
      case 'expect': {
        const found = expectationIn(line, add)
        if (found !== undefined) expect.push(found)
        break
      }
      default: {
        const meant = suggest(line.field, fields)
        if (meant !== undefined)
          add(
            diagnostic('unknown-field', { field: line.field }, line.word, {
              help: `did you mean \`${meant}:\`?`,
              fix: { title: `write ${meant}`, edits: [{ span: line.word, text: meant }] },
            }),
          )
      }
    }
  }
  return { header: { ...(paper === undefined ? {} : { paper }), kin, expect }, diagnostics }
}
