import { fail } from '../errors.ts'

export interface DeviceOptions {
  /** Limits beyond WebGPU's default ones: as far as the adapter goes. */
  readonly limits?: readonly (keyof GPUSupportedLimits)[]
  /** Taken where the adapter has them. */
  readonly features?: readonly GPUFeatureName[]
  readonly powerPreference?: GPUPowerPreference
}

/** A device of the platform (`navigator.gpu`), or an error that says why there is none and what to do. */
export const requestDevice = async (options: DeviceOptions = {}, gpu = platformGpu()): Promise<GPUDevice> => {
  if (!gpu)
    return fail(
      'no-device',
      'there is no WebGPU here: a page needs https or localhost and a browser with WebGPU, Node the npm package ' +
        "webgpu; createLayer(manifest, 'cpu') runs without",
    )
  const adapter = await gpu.requestAdapter({ powerPreference: options.powerPreference ?? 'high-performance' })
  if (!adapter)
    return fail(
      'no-device',
      'WebGPU finds no adapter: the GPU or its driver is missing, or on the list of those that the browser refuses ' +
        "(Chromium on Linux: --enable-features=Vulkan --enable-unsafe-webgpu); createLayer(manifest, 'cpu') runs without",
    )
  return deviceOf(adapter, options)
}

/** The adapter's device with the limits and features that were asked for. */
export const deviceOf = (
  adapter: GPUAdapter,
  { limits = [], features = [] }: DeviceOptions = {},
): Promise<GPUDevice> =>
  adapter.requestDevice({
    requiredLimits: Object.fromEntries(limits.map((limit) => [limit, adapter.limits[limit] as number])),
    requiredFeatures: features.filter((feature) => adapter.features.has(feature)),
  })

const platformGpu = (): GPU | undefined =>
  (globalThis as { readonly navigator?: { readonly gpu?: GPU } }).navigator?.gpu
