import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Source } from '../../diagnostics/source.ts'

const folder = fileURLToPath(new URL('../../stdlib/', import.meta.url))

/** A file of the standard library. */
export const stdlibSource = (name: string): Source => ({
  name: `stdlib/${name}.mix`,
  text: readFileSync(`${folder}${name}.mix`, 'utf8'),
})

/** The names of all layers: every file but the feature maps. */
export const stdlibLayers: readonly string[] = readdirSync(folder)
  .map((file) => file.replace(/\.mix$/, ''))
  .filter((name) => name !== 'maps')
  .sort()
