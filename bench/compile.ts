import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compileLayer, readLayers } from '../compiler/compile.ts'
import { readSource, stdlibFolder } from '../cli/sources.ts'
import { median } from './layer.ts'

const rounds = 15
const root = fileURLToPath(new URL('../', import.meta.url))

/** Text to printed kernels of both forms, in ms, once everything is warm. */
export const timeCompile = (name: string): number => {
  const source = readSource(`${stdlibFolder}${name}.mix`)
  if ('severity' in source) throw new Error(source.message)
  const times = Array.from({ length: 3 * rounds }, () => {
    const start = performance.now()
    compileLayer(readLayers(source).layers[0])
    return performance.now() - start
  })
  return median(times.slice(-rounds))
}

/** `node dist/mix.js check`, in ms, from start to end. */
export const timeCheck = (file: string): number =>
  median(
    Array.from({ length: rounds }, () => {
      const start = performance.now()
      const { status } = spawnSync(process.execPath, ['dist/mix.js', 'check', file], { cwd: root })
      if (status !== 0) throw new Error('dist/mix.js does not run: npm run build makes it')
      return performance.now() - start
    }),
  )
