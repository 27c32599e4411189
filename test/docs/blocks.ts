import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A fenced block of a Markdown file. */
export interface Block {
  readonly language: string
  /** What follows the language on its line. */
  readonly info: string
  readonly text: string
  /** The line that the fence stands on, from 1. */
  readonly line: number
}

export const blocksOf = (markdown: string): readonly Block[] =>
  [...markdown.matchAll(/^```(\w+)[ \t]*(.*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1],
    info: match[2],
    text: match[3],
    line: markdown.slice(0, match.index).split('\n').length,
  }))

/** Every Markdown file of the docs, and those at the root. */
export const pages = (): readonly string[] => {
  const below = (folder: string): readonly string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? below(path) : path.endsWith('.md') ? [path] : []
    })
  const top = readdirSync(root).filter((name) => name.endsWith('.md'))
  return [...top, ...below(join(root, 'docs')).map((path) => relative(root, path))].sort()
}

export const readPage = (page: string): string => readFileSync(join(root, page), 'utf8')
