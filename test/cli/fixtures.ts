import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder for the files of a test file, taken away afterwards. */
export const fixtures = () => {
  const folder = mkdtempSync(join(tmpdir(), 'mix-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string): string => join(folder, name)
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(at(name), content)
    return at(name)
  }
  return { folder, at, write }
}

/** A layer of small sizes, with a header where one is wanted. */
export const layerText = (
  name: string,
  update = 'S[t-1] + k @ v.T',
  header = '',
): string => `${header}mixer ${name} {
  dim K = 4, V = 3
  input q, k: vec<K>
  input v: vec<V>
  state S: mat<K, V>
  S[t] = ${update}
  output o: vec<V> = S[t].T @ q
}
`
