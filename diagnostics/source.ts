/** A text that diagnostics can point into. */
export interface Source {
  /** What the reader knows it by: a path as given, or `<text>`. */
  readonly name: string
  readonly text: string
}

/** A stretch of a source, as offsets in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly source: Source
  readonly start: number
  readonly end: number
}

/** The smallest span that covers both. */
export const join = (a: Span, b: Span): Span => ({
  source: a.source,
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
})
