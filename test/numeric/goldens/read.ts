import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { tensor, type Tensor } from './tensor.ts'

/** Where the reference vectors lie: beside the checkout. They are no part of the project. */
const folder = fileURLToPath(new URL('../../../../shared/goldens/', import.meta.url))

export const present = existsSync(folder)

/** What a sidecar says, as far as the tests use it. */
export interface Sidecar {
  readonly op: string
  readonly case: string
  readonly dims: Readonly<Record<string, number>>
  readonly scale: { readonly number: number }
  readonly options: Readonly<Record<string, unknown>>
  /** What float32 alone costs the reference that the vectors come from. */
  readonly f32_reference_error: Readonly<Record<string, { readonly rms_ratio: number }>>
}

export interface Golden {
  readonly sidecar: Sidecar
  readonly tensors: Readonly<Record<string, Tensor>>
}

export const casesOf = (op: string): readonly string[] =>
  readdirSync(`${folder}${op}`)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))

/** One case, every tensor widened to float64 (which is exact for all that is stored). */
export const readGolden = (op: string, name: string): Golden => {
  const sidecar = JSON.parse(readFileSync(`${folder}${op}/${name}.json`, 'utf8')) as Sidecar
  const file = readFileSync(`${folder}${op}/${name}.safetensors`)
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength)
  const headerSize = Number(new DataView(bytes).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + headerSize))) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >
  const tensors: Record<string, Tensor> = {}
  for (const [key, entry] of Object.entries(header)) {
    if (key === '__metadata__') continue
    const [from, to] = entry.data_offsets
    tensors[key] = tensor(
      entry.shape,
      numbers(entry.dtype, bytes.slice(8 + headerSize + from, 8 + headerSize + to)),
    )
  }
  return { sidecar, tensors }
}

const numbers = (dtype: string, raw: ArrayBuffer): ArrayLike<number> => {
  switch (dtype) {
    case 'F32':
      return new Float32Array(raw)
    case 'F64':
      return new Float64Array(raw)
    case 'I32':
      return new Int32Array(raw)
    default:
      throw new Error(`the test reads no ${dtype}`)
  }
}
