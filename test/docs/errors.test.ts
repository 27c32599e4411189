import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { resolveUse } from '../../cli/sources.ts'
import { readLayers } from '../../compiler/compile.ts'
import { catalog, type Code } from '../../diagnostics/catalog.ts'
import { mix } from '../support/terminal.ts'
import { blocksOf, readPage, root, type Block } from './blocks.ts'
import { fixtureFolder } from './fixtures.ts'

/**
 * Each code has its page, with a block that is refused for this reason and one that is right: both are run here.
 */

const start = process.cwd()
const fixtures = fixtureFolder()
afterAll(() => {
  process.chdir(start)
  rmSync(fixtures, { recursive: true })
})

/** The codes that a block of the page ends in. */
const codesOf = async ({ language, info, text }: Block, page: string): Promise<readonly string[]> => {
  if (language === 'mix')
    return readLayers({ name: `${page}.mix`, text }, resolveUse).diagnostics.map(({ code }) => code)
  if (language === 'ts') return runScript(text)
  expect(language).toBe('sh')
  process.chdir(fixtures)
  const driver = process.env.VK_ICD_FILENAMES
  if (info === 'no-device') process.env.VK_ICD_FILENAMES = join(fixtures, 'layer.mix')
  try {
    const { code, warned } = await mix(...text.trim().replace(/^mix /, '').split(' '))
    const codes = [...warned.matchAll(/^(?:error|warning)\[([a-z-]+)\]/gm)].map((match) => match[1])
    expect(code, warned).toBe(codes.length > 0 ? 1 : 0)
    return codes
  } finally {
    process.chdir(start)
    if (driver === undefined) delete process.env.VK_ICD_FILENAMES
    else process.env.VK_ICD_FILENAMES = driver
  }
}

/** A script of the docs, as though it lay at the root; what it throws counts as `device-failed`. */
const runScript = async (text: string): Promise<readonly string[]> => {
  const folder = join(root, '.cache')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `docs-${process.pid}-${Math.random().toString(36).slice(2)}.ts`)
  writeFileSync(path, text.replaceAll("from './", "from '../"))
  try {
    await import(path)
    return []
  } catch (error) {
    expect((error as Error).name).toBe('RuntimeError')
    return ['device-failed']
  } finally {
    rmSync(path)
  }
}

for (const code of Object.keys(catalog) as Code[])
  test(`${code}: its page shows what is refused and what is right`, async () => {
    const page = `docs/errors/${code}.md`
    expect(existsSync(join(root, page)), page).toBe(true)
    const text = readPage(page)
    expect(text).toContain(`# ${code}\n`)
    expect(text).toContain(catalog[code].message)
    const blocks = blocksOf(text)
    expect(blocks).toHaveLength(2)
    expect(await codesOf(blocks[0], code)).toContain(code)
    expect(await codesOf(blocks[1], code)).toEqual([])
  })
