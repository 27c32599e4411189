/** Rows of text as lines of columns, the first row above a rule; numbers (and all but the first columns) right-aligned. */
export const printTable = (rows: readonly (readonly string[])[], leftColumns = 1): string => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i < leftColumns ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('──')
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n')
}
