/** Why the system refused something, without codes and paths. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof RangeError && /allocation|array length/i.test(error.message))
    return 'it does not fit into memory'
  const { code, message } = error as NodeJS.ErrnoException
  return (code && reasons[code]) || (message ?? String(error)).split('\n')[0]
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links go round in a circle',
  EMFILE: 'too many files are open',
  ERR_INVALID_ARG_VALUE: 'a path holds no zero byte',
  ENOTEMPTY: 'it is a folder',
}
