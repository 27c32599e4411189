/** The regular files of a tar archive by name. Throws where it is cut short or is none. */
export const readTar = (archive: Buffer): ReadonlyMap<string, Buffer> => {
  const files = new Map<string, Buffer>()
  let at = 0
  while (at + 512 <= archive.length && archive[at] !== 0) {
    const field = (from: number, length: number): string =>
      archive.toString('latin1', at + from, at + from + length).replace(/\0.*$/s, '')
    const size = parseInt(field(124, 12).trim(), 8)
    const type = field(156, 1)
    const end = at + 512 + size
    if (!(size >= 0) || end > archive.length) throw new Error('the archive is damaged')
    if (type === '0' || type === '')
      files.set(field(0, 100).replace(/^\.\//, ''), archive.subarray(at + 512, end))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}
