import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveUse } from '../../cli/sources.ts'
import { readLayers } from '../../compiler/compile.ts'
import { hasErrors } from '../../diagnostics/diagnostic.ts'
import { renderAll } from '../../diagnostics/render.ts'
import { blocksOf, pages, readPage, root } from './blocks.ts'

/** What the README and the docs show is so: their `mix` blocks check, and what they link to is there. */

for (const page of pages()) {
  const text = readPage(page)
  if (!page.startsWith('docs/errors/'))
    for (const { language, info, text: block, line } of blocksOf(text))
      if (language === 'mix')
        test(`${page}:${line}`, () => {
          const { diagnostics, layers } = readLayers({ name: `${page}:${line}`, text: block }, resolveUse)
          if (info === 'refused') expect(hasErrors(diagnostics)).toBe(true)
          else {
            expect(diagnostics.length, renderAll(diagnostics)).toBe(0)
            expect(layers.length + (block.includes('fn ') ? 1 : 0)).toBeGreaterThan(0)
          }
        })

  test(`${page}: its links lead somewhere`, () => {
    const targets = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      (m) => m[1],
    )
    for (const target of targets)
      if (!/^[a-z]+:/.test(target)) expect(existsSync(join(root, dirname(page), target)), target).toBe(true)
  })
}
