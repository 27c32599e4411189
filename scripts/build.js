import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Bundle the command line into `dist/`. What a command does not need is split off and loaded when it is asked for, so
 * that `mix check` starts in a moment. `webgpu` holds a native module and stays outside.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const program = join(dist, 'mix.js')

rmSync(dist, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: { mix: 'cli/mix.ts' },
  outdir: 'dist',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  external: ['webgpu', '@sparticuz/chromium'],
  // commander and chevrotain's helpers are CommonJS and ask for node's modules by `require`.
  banner: {
    js: '#!/usr/bin/env node\nimport { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: 'warning',
})
chmodSync(program, 0o755)

// npm links the commands of dependencies only, not a package's own: without this `npx mix` would ask the registry.
const bin = join(root, 'node_modules', '.bin')
if (existsSync(join(root, 'node_modules')) && process.platform !== 'win32') {
  mkdirSync(bin, { recursive: true })
  rmSync(join(bin, 'mix'), { force: true })
  symlinkSync(join('..', '..', 'dist', 'mix.js'), join(bin, 'mix'))
}
