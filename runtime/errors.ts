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

/** `134 MB` */
export const printBytes = (bytes: number): string => {
  const [unit, size] =
    bytes < 1e3 ? ['B', 1] : bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9]
  const value = bytes / (size as number)
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${unit}`
}
