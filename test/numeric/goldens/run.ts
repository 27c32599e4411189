import { compileLayer, readLayers } from '../../../compiler/compile.ts'
import type { Layer as TypedLayer } from '../../../compiler/1-check/layer.ts'
import { float64 } from '../../../compiler/float64.ts'
import { runTensors, type Tensor as DomainTensor } from '../../../compiler/reference.ts'
import {
  createLayer,
  hostTensor,
  gpuTensor,
  type Layer,
  type Manifest,
  type Tensor as RuntimeTensor,
} from '../../../runtime/index.ts'
import { stdlibSource } from '../../stdlib/stdlib.ts'
import type { Case } from './cases.ts'
import { tensor, type Tensor } from './tensor.ts'

/** Outputs and final states by name. */
export type Results = Readonly<Record<string, Tensor>>

/** The value for a key, made once. */
const memo = <T>(make: (key: string) => T): ((key: string) => T) => {
  const known = new Map<string, T>()
  return (key) => {
    if (!known.has(key)) known.set(key, make(key))
    return known.get(key)!
  }
}

const typedLayer = memo((name): TypedLayer => {
  const { layers, diagnostics } = readLayers(stdlibSource(name))
  if (layers.length !== 1) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return layers[0]
})

const manifestOf = memo((key): Manifest => {
  const { layer, dims } = JSON.parse(key) as Pick<Case, 'layer' | 'dims'>
  const result = compileLayer(typedLayer(layer), { dims })
  if (result.kind === 'refused') throw new Error(result.diagnostics.map(({ message }) => message).join('\n'))
  return result.compiled.manifest
})

const layersOn = new WeakMap<object, Map<string, Layer>>()
const cpu = {}

const layerOn = ({ layer, dims }: Case, device: GPUDevice | 'cpu'): Layer => {
  const place = device === 'cpu' ? cpu : device
  const layers = layersOn.get(place) ?? new Map<string, Layer>()
  layersOn.set(place, layers)
  const key = JSON.stringify({ layer, dims })
  const known = layers.get(key) ?? createLayer(manifestOf(key), device)
  layers.set(key, known)
  return known
}

const widened = (tensors: Readonly<Record<string, DomainTensor<number>>>): Results =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, tensor(shape, data)]))

/** What the equation means, in float64. */
export const meaningOf = (one: Case): Results => {
  const { outputs, states } = runTensors(
    typedLayer(one.layer),
    one.dims,
    float64,
    { ...one.inputs, ...one.params },
    { initial: one.initial, cuSeqlens: one.cuSeqlens },
  )
  return { ...widened(outputs), ...widened(states) }
}

/** What a form computes on a device. The outputs are full of NaN beforehand. */
export const resultOf = async (
  one: Case,
  form: 'recurrent' | 'chunk',
  device: GPUDevice | 'cpu',
): Promise<Results> => {
  const layer = layerOn(one, device)
  const shapes = Object.values(one.inputs).map(({ shape }) => shape)
  const lead = [shapes[0][0], shapes[0][1], Math.max(...shapes.map((shape) => shape[2]))]
  const poisoned = (inner: readonly number[]): RuntimeTensor => {
    const shape = [...lead, ...inner]
    const data = new Float32Array(shape.reduce((a, b) => a * b)).fill(NaN)
    return device === 'cpu' ? hostTensor(data, shape) : gpuTensor(device, shape, { data })
  }
  const out = Object.fromEntries(layer.manifest.outputs.map(({ name, shape }) => [name, poisoned(shape)]))
  const result = await layer.forward(
    { ...one.inputs, ...one.params },
    { form, state: one.initial, cuSeqlens: one.cuSeqlens, out },
  )
  const all = { ...result.outputs, ...result.state }
  const read = await Promise.all(
    Object.entries(all).map(
      async ([name, value]) => [name, tensor(value.shape, await value.read())] as const,
    ),
  )
  for (const value of [...Object.values(all), ...Object.values(out)]) value.destroy()
  return Object.fromEntries(read)
}
