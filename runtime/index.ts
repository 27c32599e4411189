/** What a program that runs a compiled layer imports. */
export { createLayer, recurrentUpTo } from './layer.ts'
export type { ForwardOptions, ForwardResult, Layer, LayerOptions, Tensors } from './layer.ts'
export { RuntimeError, type RuntimeErrorCode } from './errors.ts'
export { hostTensor } from './tensor.ts'
export type { GpuTensor, HostTensor, Tensor, TensorData, TensorLike } from './tensor.ts'
export { gpuTensor, readTensors, wrapBuffer } from './webgpu/tensor.ts'
export { setWaiter } from './webgpu/context.ts'
export type { Manifest } from './manifest.ts'
