import { expect, test } from 'vitest'
import { filesIn, importsOf, sourceFolders, type Import } from './files.ts'

/** Who may import whom: ARCHITECTURE.md. */

const phases = ['1-check', '2-normalize', '3-plan', '4-lower', '5-emit']

/** `compiler/3-plan`, `compiler`, `runtime`, … */
const areaOf = (path: string): string => /^compiler\/\d-[a-z]+/.exec(path)?.[0] ?? path.split('/')[0]

const allowedAreas = (area: string): readonly string[] => {
  switch (area) {
    case 'diagnostics':
      return []
    case 'grammar':
      return ['diagnostics']
    case 'compiler':
      return ['diagnostics', 'grammar', ...phases.map((phase) => `compiler/${phase}`)]
    case 'proof':
      return ['diagnostics', 'grammar', 'compiler', ...phases.map((phase) => `compiler/${phase}`)]
    case 'runtime':
      return []
    case 'cli':
      return ['diagnostics', 'grammar', 'compiler', 'proof', 'runtime', ...phases.map((p) => `compiler/${p}`)]
    default: {
      const own = phases.indexOf(area.replace('compiler/', ''))
      return [
        'diagnostics',
        'compiler',
        ...(own === 0 ? ['grammar'] : phases.slice(0, own).map((p) => `compiler/${p}`)),
      ]
    }
  }
}

/** The border with the runtime: what a compiled layer is, and how a call is cut into segments. */
const isBorder = ({ from, to, kind }: Import): boolean =>
  (to === 'runtime/manifest.ts' && kind === 'type') ||
  (to === 'runtime/schedule.ts' && areaOf(from) === 'proof')

const isAllowed = (one: Import): boolean => {
  const [from, to] = [areaOf(one.from), areaOf(one.to)]
  return from === to || isBorder(one) || allowedAreas(from).includes(to)
}

/** Packages, and the files that may know them. */
const packages: Readonly<Record<string, RegExp>> = {
  chevrotain: /^grammar\//,
  'prettier/doc': /^grammar\/(format|print)\.ts$/,
  commander: /^cli\/main\.ts$/,
  picocolors: /^cli\/terminal\.ts$/,
  webgpu: /^cli\/host\/device\.ts$/,
}

const all = filesIn(...sourceFolders).flatMap(importsOf)

test('there are imports to look at', () => {
  expect(all.length).toBeGreaterThan(500)
})

test('imports go one way', () => {
  const wrong = all
    .filter((one) => one.isFile && !isAllowed(one))
    .map(({ from, to }) => `${from} imports ${to}`)
  expect(wrong).toEqual([])
})

test('the core reads no files, and packages stay where they belong', () => {
  const wrong = all.filter(({ from, to, isFile }) => {
    if (isFile) return false
    if (to.startsWith('node:')) return !from.startsWith('cli/')
    return !packages[to]?.test(from)
  })
  expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

/** Functions that follow a tree call one another; each file still is about one thing. */
const recursions: readonly string[] = [
  'compiler/1-check/infer-shapes.ts',
  'compiler/1-check/intervals.ts',
  'compiler/reference/expression.ts',
]

test('no import goes round in a circle, but where functions recur down a tree', () => {
  const next = new Map<string, readonly string[]>()
  for (const { from, to, isFile, kind } of all)
    if (isFile && kind === 'value') next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, above: readonly string[]): void => {
    if (above.includes(path)) {
      circles.push([...above.slice(above.indexOf(path)), path].join(' → '))
      return
    }
    if (done.has(path)) return
    done.add(path)
    for (const to of next.get(path) ?? []) visit(to, [...above, path])
  }
  for (const path of next.keys()) visit(path, [])
  expect(circles.filter((circle) => !recursions.some((file) => circle.includes(file)))).toEqual([])
})
