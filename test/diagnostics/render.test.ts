import { expect, test } from 'vitest'
import { diagnostic, type Extra } from '../../diagnostics/diagnostic.ts'
import { render, renderAll, type Painter } from '../../diagnostics/render.ts'
import type { Source, Span } from '../../diagnostics/source.ts'

const source = (text: string, name = 'a.mix'): Source => ({ name, text })

/** The stretch of a text that reads so; `nth` counts from 0. */
const find = (s: Source, part: string, nth = 0): Span => {
  let start = s.text.indexOf(part)
  for (let i = 0; i < nth; i++) start = s.text.indexOf(part, start + 1)
  return { source: s, start, end: start + part.length }
}

const shown = (span: Span | undefined, extra: Extra = {}): string =>
  render(diagnostic('unknown-name', { name: 'q' }, span, extra))

/** Without the first line and the last, which are the same in all of these. */
const frame = (span: Span, extra: Extra = {}): string => {
  const lines = shown(span, extra).split('\n')
  return ['', ...lines.slice(1, -1)].join('\n')
}

test('a frame has a place, marks on several lines, help and the page', () => {
  const text = `${'\n'.repeat(11)}  let r = S[t-1].T @ k\n\n  S[t] = sigmoid(r) * S[t-1]\n`
  const s = source(text, 'forgetful.mix')
  const span = find(s, 'sigmoid(r) * S[t-1]')
  const found = diagnostic('unknown-name', { name: 'q' }, span, {
    caret: 'here it meets S again',
    labels: [{ span: find(s, 'S[t-1].T @ k'), message: 'r is read from S' }],
    help: 'gate with an input instead: only updates linear in S have a chunk form',
  })
  expect(render(found)).toBe(`error[unknown-name]: there is nothing named q here
  ┌─ forgetful.mix:14:10
12 │   let r = S[t-1].T @ k
   │           ------------ r is read from S
14 │   S[t] = sigmoid(r) * S[t-1]
   │          ^^^^^^^^^^^^^^^^^^^ here it meets S again
   = help: gate with an input instead: only updates linear in S have a chunk form
   = docs/errors/unknown-name.md`)
})

test('without a place there is no frame', () => {
  expect(shown(undefined)).toBe(`error[unknown-name]: there is nothing named q here
  = docs/errors/unknown-name.md`)
})

test('tabs, wide characters and combining marks keep marks below what they mark', () => {
  expect(frame(find(source('\tlet q = 1'), 'q'))).toBe(`
 ┌─ a.mix:1:6
1 │     let q = 1
  │         ^`)
  expect(frame(find(source('"中文" e\u0301 q'), 'q'))).toBe(`
 ┌─ a.mix:1:9
1 │ "中文" e\u0301 q
  │          ^`)
})

test('line breaks of Windows and a byte-order mark do not show', () => {
  expect(frame(find(source('\ufeffa\r\nq\r\n'), 'q'))).toBe(`
 ┌─ a.mix:2:1
2 │ q
  │ ^`)
  expect(frame(find(source('\ufeffq'), 'q'))).toBe(`
 ┌─ a.mix:1:1
1 │ q
  │ ^`)
})

test('the end of the text can be pointed at', () => {
  const s = source('mixer a {')
  expect(frame({ source: s, start: 9, end: 9 })).toBe(`
 ┌─ a.mix:1:10
1 │ mixer a {
  │          ^`)
  const empty = source('')
  expect(frame({ source: empty, start: 0, end: 0 })).toBe(`
 ┌─ a.mix:1:1
1 │
  │ ^`)
})

test('several messages on one line hang below one another', () => {
  const s = source('let x = S * S + S')
  const labels = [
    { span: find(s, 'S', 0), message: 'once' },
    { span: find(s, 'S', 1), message: 'twice' },
  ]
  expect(frame(find(s, 'S', 2), { caret: 'thrice', labels })).toBe(`
 ┌─ a.mix:1:17
1 │ let x = S * S + S
  │         -   -   ^ thrice
  │         │   │
  │         │   twice
  │         once`)
})

test('a mark within another stays visible', () => {
  const s = source('let x = a + b')
  const labels = [{ span: find(s, 'a + b'), message: 'in this sum' }]
  expect(frame(find(s, 'b'), { caret: 'this', labels })).toBe(`
 ┌─ a.mix:1:13
1 │ let x = a + b
  │         ----^ this
  │         │
  │         in this sum`)
})

test('a span of several lines is marked at its first and its last', () => {
  const s = source('S[t] = a\n  + b\n  + c\n')
  expect(frame({ source: s, start: 7, end: 20 }, { caret: 'this sum' })).toBe(`
 ┌─ a.mix:1:8
1 │ S[t] = a
  │        ^
3 │   + c
  │   ^^^ this sum`)
})

test('a place in another file has a frame of its own', () => {
  const here = source('q')
  const there = source('\n\nfn q(x: scalar) = x', 'maps.mix')
  expect(frame(find(here, 'q'), { labels: [{ span: find(there, 'q'), message: 'there is one' }] })).toBe(`
 ┌─ a.mix:1:1
1 │ q
  │ ^
 ┌─ maps.mix:3:4
3 │ fn q(x: scalar) = x
  │    - there is one`)
})

test('a very long line is cut round its mark', () => {
  const s = source(`${'x'.repeat(500_000)}q${'y'.repeat(500_000)}`)
  const lines = frame(find(s, 'q')).split('\n')
  expect(lines[2]).toMatch(/^1 │ …x{40}qy{119}…$/)
  expect(lines[3]).toBe(`  │ ${' '.repeat(41)}^`)
})

test('what a cut line hides is not marked', () => {
  const s = source(`q${'x'.repeat(1000)}k`)
  const lines = frame(find(s, 'q'), { labels: [{ span: find(s, 'k'), message: 'far off' }] }).split('\n')
  expect(lines.slice(2)).toEqual([`1 │ q${'x'.repeat(159)}…`, '  │ ^'])
})

test('nothing in a text reaches the terminal as a command', () => {
  const s = source('let \u001b[31mq\u202e = \u0007', 'a\u001b]0;.mix')
  const text = shown(find(s, 'q'), { help: 'one\ntwo\u001b' })
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  expect(text).toContain('let ␛[31mq\ufffd = ␇')
  expect(text).toContain('= help: one two␛')
})

test('colours come from the painter', () => {
  const tags: Painter = {
    severity: (severity, text) => `<${severity}>${text}</>`,
    strong: (text) => `<b>${text}</>`,
    gutter: (text) => `<g>${text}</>`,
    related: (text) => `<r>${text}</>`,
  }
  const s = source('a q')
  const found = diagnostic('unknown-name', { name: 'q' }, find(s, 'q'), {
    severity: 'warning',
    caret: 'here',
    labels: [{ span: find(s, 'a'), message: '' }],
  })
  expect(render(found, tags)).toBe(`<warning>warning[unknown-name]</><b>: there is nothing named q here</>
<g> ┌─ a.mix:1:3</>
<g>1 │</> a q
<g>  │</> <r>-</> <warning>^ here</>
<g>  =</> docs/errors/unknown-name.md`)
})

test('several are parted by an empty line', () => {
  const one = diagnostic('unknown-name', { name: 'q' })
  expect(renderAll([one, one])).toBe(`${render(one)}\n\n${render(one)}`)
})
