import type { Source } from './source.ts'

/** A place as people count it: from 1, in characters (code points), a tab being one. */
export interface Position {
  readonly line: number
  readonly column: number
}

const known = new WeakMap<Source, readonly number[]>()

/** Where each line begins. Lines end in `\n`, `\r\n` or `\r`; a byte-order mark belongs to no line. */
export const lineStarts = (source: Source): readonly number[] => {
  const cached = known.get(source)
  if (cached !== undefined) return cached
  const starts = [source.text.startsWith('\ufeff') ? 1 : 0]
  for (const match of source.text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length)
  known.set(source, starts)
  return starts
}

/** The line, counted from 1, that an offset lies in. */
export const lineOf = (source: Source, offset: number): number => {
  const starts = lineStarts(source)
  let low = 0
  for (let high = starts.length; high - low > 1;) {
    const middle = (low + high) >> 1
    if (starts[middle] <= offset) low = middle
    else high = middle
  }
  return low + 1
}

/** Where the text of a line begins and ends, its line break left out. */
export const lineBounds = (
  source: Source,
  line: number,
): { readonly start: number; readonly end: number } => {
  const starts = lineStarts(source)
  const start = starts[line - 1]
  let end = line < starts.length ? starts[line] : source.text.length
  if (line < starts.length) end -= source.text.startsWith('\r\n', end - 2) ? 2 : 1
  return { start, end }
}

export const lineText = (source: Source, line: number): string => {
  const { start, end } = lineBounds(source, line)
  return source.text.slice(start, end)
}

/** Offset to place. An offset outside the text counts as its nearest end. */
export const positionOf = (source: Source, offset: number): Position => {
  const inside = Math.max(0, Math.min(offset, source.text.length))
  const line = lineOf(source, inside)
  const { start } = lineBounds(source, line)
  return { line, column: [...source.text.slice(start, Math.max(start, inside))].length + 1 }
}

/** Place to offset; a column behind the end of its line counts as that end. */
export const offsetOf = (source: Source, { line, column }: Position): number => {
  const last = lineStarts(source).length
  const { start } = lineBounds(source, Math.max(1, Math.min(line, last)))
  const before = [...lineText(source, Math.max(1, Math.min(line, last)))].slice(0, Math.max(0, column - 1))
  return start + before.join('').length
}
