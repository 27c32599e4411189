import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { reasonOf } from './reason.ts'

/**
 * Write a file whole or not at all: into a new file beside it, which then takes its name. Gives the reason where
 * that cannot be done; what was there before is then still there.
 */
export const writeWhole = (path: string, parts: readonly Uint8Array[]): string | undefined => {
  let draft: string | undefined
  let file: number | undefined
  try {
    const target = followLink(path)
    draft = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`)
    file = openSync(draft, 'wx')
    for (const part of parts) {
      let at = 0
      while (at < part.length) at += writeSync(file, part, at, Math.min(part.length - at, 2 ** 30))
    }
    fsyncSync(file)
    closeSync(file)
    file = undefined
    renameSync(draft, target)
    return undefined
  } catch (error) {
    if (file !== undefined) closeSync(file)
    if (draft !== undefined) rmSync(draft, { force: true })
    return reasonOf(error)
  }
}

/** A link stays, the file it leads to is replaced. Anything but a file or nothing is refused. */
const followLink = (path: string): string => {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat) return path
  const target = stat.isSymbolicLink() ? realpathSync(path) : path
  const there = lstatSync(target)
  if (there.isDirectory()) throw new Error('it is a folder')
  if (!there.isFile()) throw new Error('it is not a file')
  return target
}
