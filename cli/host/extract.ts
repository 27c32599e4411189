import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { readTar } from './tar.ts'

/** What a whole folder holds, written into it last. */
const listName = 'contents.json'

/**
 * Unpack the named files of a `.tar.br` into a cache folder, once for all processes, and give the folder.
 *
 * The folder appears under its name whole (it is renamed into place), so processes that do this at once do not
 * disturb each other; a folder that has lost a file or part of one is replaced.
 */
export const extractOnce = (
  archive: string,
  name: string,
  files: readonly string[],
  roots: readonly string[] = cacheRoots(archive),
): string => {
  const { size, mtimeMs } = statSync(archive)
  const folderName = `${name}-${size}-${Math.floor(mtimeMs)}`
  const ready = roots.map((root) => join(root, folderName)).find((folder) => isWhole(folder, files))
  if (ready) return ready
  const contents = readTar(brotliDecompressSync(readFileSync(archive)))
  for (const file of files) if (!contents.has(file)) throw new Error(`${archive} holds no ${file}`)
  let reason: unknown
  for (const root of roots)
    try {
      return place(join(root, folderName), files, contents)
    } catch (error) {
      reason = error
    }
  throw new Error(
    `${basename(archive)} cannot be unpacked into ${roots.join(' or ')}: ${(reason as Error)?.message}; ` +
      'set MIX_CACHE_DIR to a folder that can be written to',
  )
}

/** Folders of ours, the nearest first. */
const cacheRoots = (archive: string): readonly string[] => {
  const own = process.env.MIX_CACHE_DIR
  if (own) return [own]
  const modules = archive.lastIndexOf('node_modules')
  return [
    ...(modules < 0 ? [] : [join(archive.slice(0, modules), 'node_modules', '.cache', 'mix-lang')]),
    join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mix-lang'),
    join(tmpdir(), `mix-lang-${userInfo().uid}`),
  ]
}

/** All files have the sizes that were written, and are ours: others may write to a temporary folder too. */
const isWhole = (folder: string, files: readonly string[]): boolean => {
  try {
    const sizes = JSON.parse(readFileSync(join(folder, listName), 'utf8')) as Record<string, number>
    const owner = process.getuid?.()
    const { uid } = statSync(folder)
    return (
      (owner === undefined || uid === owner || uid === 0) &&
      files.every((file) => statSync(join(folder, file)).size === sizes[file])
    )
  } catch {
    return false
  }
}

const place = (folder: string, files: readonly string[], contents: ReadonlyMap<string, Buffer>): string => {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 })
  const draft = mkdtempSync(`${folder}.`)
  try {
    for (const file of files) writeFileSync(join(draft, file), contents.get(file)!, { mode: 0o755 })
    const sizes = Object.fromEntries(files.map((file) => [file, contents.get(file)!.length]))
    writeFileSync(join(draft, listName), JSON.stringify(sizes))
    // Another process may have put its own there in the meantime, or a broken one may lie in the way.
    for (let attempt = 0; attempt < 10; attempt++) {
      try {
        renameSync(draft, folder)
        return folder
      } catch (error) {
        if (isWhole(folder, files)) return folder
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
        moveAway(folder)
      }
    }
    throw new Error(`${folder} is in the way`)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** A folder in use is renamed, not emptied: those who have its files open keep them. */
const moveAway = (folder: string): void => {
  const aside = mkdtempSync(`${folder}.`)
  try {
    renameSync(folder, join(aside, 'broken'))
  } catch {
    // Someone else did.
  }
  rmSync(aside, { recursive: true, force: true })
}
