/** What can go wrong for a user of a compiled layer. */
export type RuntimeErrorCode =
  /** No WebGPU here, or no adapter. */
  | 'no-device'
  | 'device-lost'
  /** A tensor or scratch buffer is larger than the device binds or holds. */
  | 'binding-too-large'
  | 'out-of-memory'
  | 'tensor-missing'
  | 'tensor-unknown'
  | 'tensor-destroyed'
  /** A GPU tensor that cannot be bound: another device, a usage or an alignment that is missing. */
  | 'tensor-not-bindable'
  | 'shape-mismatch'
  | 'dtype-mismatch'
  | 'bad-sequences'
  | 'form-missing'
  /** The device refused a kernel or a call: a fault of Mix or of the driver. */
  | 'kernel-refused'
  | 'layer-destroyed'

/** An error whose message says what was wanted, what was found, and what to do. */
export class RuntimeError extends Error {
  readonly code: RuntimeErrorCode

  constructor(code: RuntimeErrorCode, message: string) {
    super(message)
    this.name = 'RuntimeError'
    this.code = code
  }
}

export const fail = (code: RuntimeErrorCode, message: string): never => {
  throw new RuntimeError(code, message)
}

/** `[2, T, 4]` */
export const printShape = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`

/** `134.2 MB` */
export const printBytes = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  return `${Number((bytes / 1000 ** power).toPrecision(4))} ${units[power]}`
}
