import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileLayer, readLayers, type Compiled } from '../../compiler/compile.ts'
import type { Layer as TypedLayer } from '../../compiler/1-check/layer.ts'
import { MixError } from '../../diagnostics/diagnostic.ts'
import type { Source } from '../../diagnostics/source.ts'
import { certify } from '../../proof/certificate.ts'
import { createLayer, type Layer, type Manifest } from '../../runtime/index.ts'

/** A layer of the standard library: compiled, proved, ready to run. */
export interface CompiledLayer extends Layer {
  /** What was proved of its two forms, in one line. */
  readonly certificate: string
}

const stdlib = fileURLToPath(new URL('../../stdlib/', import.meta.url))

const sourceOf = (name: string): Source => ({
  name: `stdlib/${name}.mix`,
  text: readFileSync(join(stdlib, `${name}.mix`), 'utf8'),
})

const compile = (name: string, dims: Readonly<Record<string, number>>): Compiled => {
  const { layers, diagnostics } = readLayers(sourceOf(name))
  const layer = layers.find((one) => one.name === name)
  if (!layer) throw new MixError(diagnostics)
  const result = compileLayer(layer, { dims })
  if (result.kind === 'refused') throw new MixError(result.diagnostics)
  return result.compiled
}

const certificates = new Map<string, string>()

/** Prove at small sizes that all kernels of a layer compute what its equation says; in one line what was found. */
const prove = (layer: TypedLayer): string => {
  const known = certificates.get(layer.name)
  if (known !== undefined) return known
  const { proved, proofs, errorBound } = certify(layer, (dims, chunkSize) => {
    const result = compileLayer(layer, { dims, target: { chunkSize } })
    return result.kind === 'compiled' ? result.compiled.lowered : undefined
  })
  const forms = [...new Set(proofs.map(({ form }) => form))].join(' and ')
  const sizes = Object.entries(proofs[0]?.dims ?? {}).map(([name, size]) => `${name} = ${size}`)
  const numbers = proofs.reduce((sum, { compared }) => sum + compared, 0)
  const line = proved
    ? `${layer.name}: ${forms} kernels proved equal to the equation at ${sizes.join(', ')} (${numbers} exact numbers, chance of an error ≤ ${errorBound.toExponential(0)})`
    : `${layer.name}: NOT proved, its kernels differ from the equation`
  certificates.set(layer.name, line)
  return line
}

/** One file for each stage: `<folder>/<layer>/<form>-1-<stage>.wgsl`. What was there before is taken away. */
const writeKernels = (manifest: Manifest, folder: string): void => {
  const own = join(folder, manifest.layer)
  rmSync(own, { recursive: true, force: true })
  mkdirSync(own, { recursive: true })
  for (const form of Object.values(manifest.forms))
    form.stages.forEach(({ name, wgsl }, i) =>
      writeFileSync(join(own, `${form.name}-${i + 1}-${name}.wgsl`), wgsl),
    )
}

/** Compile a layer of the standard library at given sizes, prove its forms equal, and make it on a device. */
export const compiledLayer = (
  name: string,
  dims: Readonly<Record<string, number>>,
  device: GPUDevice | 'cpu',
  writeTo?: string,
): CompiledLayer => {
  const { manifest, layer } = compile(name, dims)
  if (writeTo !== undefined) writeKernels(manifest, writeTo)
  return Object.assign(createLayer(manifest, device), { certificate: prove(layer) })
}
