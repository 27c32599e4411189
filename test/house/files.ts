import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** The folders that hold the program (not its tests). */
export const sourceFolders = ['diagnostics', 'grammar', 'compiler', 'proof', 'runtime', 'cli'] as const

const below = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? below(path) : [path]
  })

/** Every TypeScript file of some folders, from the root. */
export const filesIn = (...folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) => below(folder).filter((path) => path.endsWith('.ts')))

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

/** What git has; where this is no checkout, every file that is not made or installed. */
export const trackedFiles = (): readonly string[] => {
  if (existsSync(join(root, '.git')))
    return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(root, path)))
  return readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
    ['node_modules', 'dist', '.cache', 'coverage'].includes(entry.name)
      ? []
      : entry.isDirectory()
        ? below(entry.name)
        : [entry.name],
  )
}

export interface Import {
  readonly from: string
  /** A file from the root, or a package. */
  readonly to: string
  readonly isFile: boolean
  readonly kind: 'value' | 'type' | 'dynamic'
}

const statement = /^(?:import|export)(\s+type)?\s(?:[^'";]*?\sfrom\s)?'([^']+)'/gm
const dynamic = /import\('([^']+)'\)/g

export const importsOf = (path: string): readonly Import[] => {
  const text = textOf(path)
  const to = (target: string, kind: Import['kind']): Import => {
    const isFile = target.startsWith('.')
    return { from: path, to: isFile ? normalize(join(dirname(path), target)) : target, isFile, kind }
  }
  return [
    ...[...text.matchAll(statement)].map(([, type, target]) => to(target, type ? 'type' : 'value')),
    ...[...text.matchAll(dynamic)].map(([, target]) => to(target, 'dynamic')),
  ]
}

/** Code without its comments. */
export const codeOf = (path: string): string =>
  textOf(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
