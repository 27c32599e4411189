/** A line as a terminal shows it: harmless characters, and where each offset of the text comes to lie. */
export interface Displayed {
  readonly text: string
  /** The column (from 0) of each UTF-16 offset, and of the end. */
  readonly columns: readonly number[]
  readonly width: number
}

const tabStop = 4

/** What ranks as wide in a terminal: East Asian letters and signs, emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const combining = /[\p{Mn}\p{Me}]/u
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u

/** Control characters would move the cursor, bidirectional ones would reorder the line: show a picture instead. */
const harmless = (character: string): string => {
  if (!unprintable.test(character)) return character
  const code = character.codePointAt(0)!
  return code < 32 ? String.fromCharCode(0x2400 + code) : code === 127 ? '\u2421' : '\ufffd'
}

const widthOf = (character: string): number => (combining.test(character) ? 0 : wide.test(character) ? 2 : 1)

export const display = (line: string): Displayed => {
  const columns: number[] = []
  let text = ''
  let width = 0
  for (const character of line) {
    const shown = character === '\t' ? ' '.repeat(tabStop - (width % tabStop)) : harmless(character)
    for (let i = 0; i < character.length; i++) columns.push(width)
    text += shown
    width += character === '\t' ? shown.length : widthOf(shown)
  }
  columns.push(width)
  return { text, columns, width }
}

/** A message on one line, safe to print. */
export const clean = (text: string): string =>
  [...text.replace(/\s*[\r\n]+\s*/g, ' ')].map((c) => (c === '\t' ? ' ' : harmless(c))).join('')
