import type { Diagnostic, Severity } from './diagnostic.ts'
import { clean, display } from './display.ts'
import { lineBounds, lineOf, lineText, positionOf } from './lines.ts'
import type { Source, Span } from './source.ts'

/** How parts of a frame are coloured; the core knows no terminal. */
export interface Painter {
  readonly severity: (severity: Severity, text: string) => string
  readonly strong: (text: string) => string
  /** Line numbers, bars, the place. */
  readonly gutter: (text: string) => string
  /** Marks and messages of related places. */
  readonly related: (text: string) => string
}

const same = (text: string): string => text

export const plain: Painter = { severity: (_, text) => text, strong: same, gutter: same, related: same }

/** Longer lines are cut round their marks. */
const longest = 160
const ahead = 40

/** A stretch of one line, as offsets of the source. */
interface Mark {
  readonly line: number
  readonly start: number
  readonly end: number
  readonly message: string
  readonly primary: boolean
}

/** A mark where it comes to lie, as columns. */
interface Laid {
  readonly from: number
  readonly to: number
  readonly message: string
  readonly primary: boolean
}

interface Place {
  readonly span: Span
  readonly message: string
  readonly primary: boolean
}

/** A span on one line is one mark; a longer one marks its first and its last line, and speaks at the last. */
const marksOf = ({ span, message, primary }: Place): readonly Mark[] => {
  const { source, start, end } = span
  const first = lineOf(source, start)
  const last = lineOf(source, Math.max(start, end - 1))
  if (first === last) return [{ line: first, start, end, message, primary }]
  const indent = /^\s*/.exec(lineText(source, last))![0].length
  return [
    { line: first, start, end: lineBounds(source, first).end, message: '', primary },
    { line: last, start: Math.min(lineBounds(source, last).start + indent, end), end, message, primary },
  ]
}

/** What of a line is shown, as offsets of the source. */
const windowOf = (source: Source, line: number, marks: readonly Mark[]) => {
  const { start, end } = lineBounds(source, line)
  if (end - start <= longest) return { start, end, cutBefore: '', cutAfter: '' }
  const first = Math.min(...marks.map((mark) => mark.start))
  const from = Math.max(start, Math.min(first - ahead, end - longest))
  const to = Math.min(end, from + longest)
  return { start: from, end: to, cutBefore: from > start ? '…' : '', cutAfter: to < end ? '…' : '' }
}

type Style = 'none' | 'primary' | 'related'

/** One row under a line: characters at columns, each with its style. */
const createRow = () => {
  const cells: { readonly text: string; readonly style: Style }[] = []
  const put = (column: number, text: string, style: Style): void => {
    while (cells.length < column) cells.push({ text: ' ', style: 'none' })
    ;[...text].forEach((character, i) => (cells[column + i] = { text: character, style }))
  }
  const painted = (paint: (style: Style, text: string) => string): string => {
    let text = ''
    for (let i = 0; i < cells.length;) {
      let end = i + 1
      while (end < cells.length && cells[end].style === cells[i].style) end++
      const run = cells.slice(i, end).map((cell) => cell.text)
      text += paint(cells[i].style, run.join(''))
      i = end
    }
    return text
  }
  return { put, painted, end: () => cells.length }
}

type Row = ReturnType<typeof createRow>

const styleOf = (mark: Laid): Style => (mark.primary ? 'primary' : 'related')

/** The underlines of a line; the last message stands beside them, the others hang below. */
const rowsUnder = (marks: readonly Laid[]): readonly Row[] => {
  const underline = createRow()
  for (const mark of [...marks].sort((a, b) => Number(a.primary) - Number(b.primary)))
    underline.put(mark.from, (mark.primary ? '^' : '-').repeat(mark.to - mark.from), styleOf(mark))
  const spoken = marks.filter((mark) => mark.message !== '').sort((a, b) => a.from - b.from || b.to - a.to)
  const rows = [underline]
  const last = spoken[spoken.length - 1]
  if (last !== undefined && underline.end() === last.to) {
    underline.put(last.to, ` ${last.message}`, styleOf(last))
    spoken.pop()
  }
  for (let hanging = true; spoken.length > 0;) {
    const row = createRow()
    const mark = spoken[spoken.length - 1]
    const others = hanging ? spoken : spoken.slice(0, -1)
    for (const other of others)
      if (hanging || other.from < mark.from) row.put(other.from, '│', styleOf(other))
    if (!hanging) {
      row.put(mark.from, mark.message, styleOf(mark))
      spoken.pop()
    }
    hanging = false
    rows.push(row)
  }
  return rows
}

/**
 * A diagnostic as text:
 *
 *     error[state-not-linear]: the state meets itself
 *       ┌─ forgetful.mix:14:10
 *     12 │   let r = S[t-1].T @ k
 *        │           ------------ r is read from S
 *     14 │   S[t] = sigmoid(r) * S[t-1]
 *        │          ^^^^^^^^^^^^^^^^^^^ here it meets S again
 *        = help: gate with an input instead
 *        = docs/errors/state-not-linear.md
 */
export const render = (diagnostic: Diagnostic, painter: Painter = plain): string => {
  const { severity, code, span } = diagnostic
  const places: Place[] = [
    ...(span === undefined ? [] : [{ span, message: clean(diagnostic.caret ?? ''), primary: true }]),
    ...diagnostic.labels.map((label) => ({
      span: label.span,
      message: clean(label.message),
      primary: false,
    })),
  ]
  const sources = [...new Set(places.map((place) => place.span.source))]
  const framed = sources.map((source) => {
    const here = places.filter((place) => place.span.source === source)
    return { source, at: here[0].span.start, marks: here.flatMap(marksOf) }
  })
  const numbers = framed.flatMap(({ marks }) => marks.map((mark) => mark.line))
  const wide = String(Math.max(1, ...numbers)).length
  const { gutter } = painter
  const paint = (style: Style, text: string): string =>
    style === 'primary'
      ? painter.severity(severity, text)
      : style === 'related'
        ? painter.related(text)
        : text
  const bar = gutter(`${' '.repeat(wide)} │`)

  const lineWithMarks = (source: Source, line: number, marks: readonly Mark[]): string[] => {
    const { start, end, cutBefore, cutAfter } = windowOf(source, line, marks)
    const { text, columns } = display(source.text.slice(start, end))
    const column = (offset: number): number =>
      columns[Math.max(0, Math.min(offset, end) - start)] + cutBefore.length
    const laid = marks
      .filter((mark) => mark.start <= end)
      .map(({ start: from, end: to, message, primary }): Laid => {
        // Nothing to underline is still a place: behind the last character, or between two.
        return { from: column(from), to: Math.max(column(to), column(from) + 1), message, primary }
      })
    return [
      `${gutter(`${String(line).padStart(wide)} │`)} ${cutBefore}${text}${cutAfter}`.trimEnd(),
      ...rowsUnder(laid).map((row) => `${bar} ${row.painted(paint)}`.trimEnd()),
    ]
  }

  const frame = ({ source, at, marks }: (typeof framed)[number]): string[] => {
    const { line, column } = positionOf(source, at)
    const lines = [...new Set(marks.map((mark) => mark.line))].sort((a, b) => a - b)
    return [
      gutter(`${' '.repeat(wide)}┌─ ${clean(source.name)}:${line}:${column}`),
      ...lines.flatMap((number) =>
        lineWithMarks(
          source,
          number,
          marks.filter((mark) => mark.line === number),
        ),
      ),
    ]
  }

  const note = (text: string): string => `${gutter(`${' '.repeat(wide)} =`)} ${text}`
  return [
    painter.severity(severity, `${severity}[${code}]`) + painter.strong(`: ${clean(diagnostic.message)}`),
    ...framed.flatMap(frame),
    ...(diagnostic.help === undefined ? [] : [note(`${painter.strong('help')}: ${clean(diagnostic.help)}`)]),
    note(`docs/errors/${code}.md`),
  ].join('\n')
}

/** Several, with an empty line between. */
export const renderAll = (diagnostics: readonly Diagnostic[], painter: Painter = plain): string =>
  diagnostics.map((diagnostic) => render(diagnostic, painter)).join('\n\n')
