import type { ExecutorCall, ExecutorResult } from '../executor.ts'
import { hostTensor, type GpuTensor, type HostTensor, type Tensor } from '../tensor.ts'
import { readTensors } from './tensor.ts'
import type { Work } from './work.ts'

/** Results, on the GPU or read back, as the call wants them. */
export const deliver = async (device: GPUDevice, call: ExecutorCall, work: Work): Promise<ExecutorResult> => {
  const results: {
    kind: 'outputs' | 'states'
    name: string
    tensor: GpuTensor
    host?: HostTensor | 'new'
  }[] = []
  for (const [name, tensor] of Object.entries(work.outputs)) {
    const out = call.out[name]
    results.push({
      kind: 'outputs',
      name,
      tensor,
      host: out ? (out.kind === 'host' ? out : undefined) : call.resident ? undefined : 'new',
    })
  }
  for (const { name, final } of work.states) {
    const given = call.inPlace ? call.states[name] : undefined
    results.push({
      kind: 'states',
      name,
      tensor: final,
      host: given ? (given.kind === 'host' ? given : undefined) : call.resident ? undefined : 'new',
    })
  }
  const toRead = results.filter((result) => result.host !== undefined)
  const values =
    toRead.length === 0
      ? []
      : await readTensors(
          device,
          toRead.map(({ tensor }) => tensor),
        )
  const done: { outputs: Record<string, Tensor>; states: Record<string, Tensor> } = {
    outputs: {},
    states: {},
  }
  for (const { kind, name, tensor, host } of results) {
    if (host === undefined) done[kind][name] = tensor
    else {
      const data = values[toRead.findIndex((result) => result.kind === kind && result.name === name)]
      if (host === 'new') done[kind][name] = hostTensor(data, tensor.shape)
      else {
        host.data.set(data)
        done[kind][name] = host
      }
    }
  }
  return done
}
