import { setWaiter } from '../../runtime/webgpu/context.ts'
import { drowse } from './drowse.ts'
import { hasVulkanDriver, hasVulkanLoader, softwareVulkan } from './vulkan.ts'

/** `--device`: any WebGPU device, none, or a device where there is one. */
export type DeviceChoice = 'auto' | 'gpu' | 'cpu'

/** A device, or why there is none. */
export type HostDevice =
  | {
      readonly kind: 'gpu'
      readonly device: GPUDevice
      /** For people: `SwiftShader (software)`. */
      readonly name: string
      readonly software: boolean
      readonly close: () => void
    }
  | {
      readonly kind: 'cpu'
      readonly name: string
      /** Why not a GPU; absent where none was asked for. */
      readonly reason?: string
    }
  | { readonly kind: 'none'; readonly reason: string }

export interface DeviceOptions {
  /** Limits beyond WebGPU's default ones: as far as the adapter goes. */
  readonly limits?: readonly (keyof GPUSupportedLimits)[]
  readonly features?: readonly GPUFeatureName[]
}

/**
 * The device to run on: hardware where there is some, else SwiftShader, else (with `auto`) the CPU.
 * On a machine without a Vulkan loader call `relaunchWithVulkan` first.
 */
export const openDevice = async (choice: DeviceChoice, options: DeviceOptions = {}): Promise<HostDevice> => {
  if (choice === 'cpu') return { kind: 'cpu', name: cpuName }
  const found = await findAdapter()
  if (typeof found === 'string')
    return choice === 'gpu' ? { kind: 'none', reason: found } : { kind: 'cpu', name: cpuName, reason: found }
  const { adapter, gpu } = found
  const requiredLimits: Record<string, number> = {}
  for (const limit of options.limits ?? []) requiredLimits[limit] = adapter.limits[limit] as number
  const device = await adapter.requestDevice({
    requiredLimits,
    requiredFeatures: (options.features ?? []).filter((feature) => adapter.features.has(feature)),
  })
  setWaiter(device, drowse)
  keepAlive.add(gpu)
  const { isFallbackAdapter: software } = adapter.info
  return {
    kind: 'gpu',
    device,
    name: nameOf(adapter.info),
    software,
    close: () => {
      device.destroy()
      // As long as the GPU object lives, the process does.
      keepAlive.delete(gpu)
    },
  }
}

const cpuName = 'JavaScript on the CPU'

/** Dawn stops when its GPU object is collected. */
const keepAlive = new Set<GPU>()

interface Found {
  readonly adapter: GPUAdapter
  readonly gpu: GPU
}

/** Hardware, else SwiftShader, else whatever software the system has; or why there is nothing. */
const findAdapter = async (): Promise<Found | string> => {
  let create: (options: string[]) => GPU
  try {
    ;({ create } = await import('webgpu'))
  } catch (error) {
    return `the npm package webgpu does not load on ${process.platform}-${process.arch}: ${firstLine(error)}`
  }
  const named = process.env.VK_ICD_FILENAMES || process.env.VK_DRIVER_FILES
  if (process.platform === 'linux' && !hasVulkanLoader())
    return `${noGpu}, and no Vulkan loader (libvulkan.so.1) for a software driver: install Debian's libvulkan1`
  const own = named || hasVulkanDriver() ? await request(create) : undefined
  if (own && !own.adapter.info.isFallbackAdapter) return own
  if (named) return own ?? `the Vulkan driver ${named} gives no adapter`
  try {
    process.env.VK_ICD_FILENAMES = softwareVulkan().driver
  } catch (error) {
    delete process.env.VK_ICD_FILENAMES
    return own ?? `${noGpu}, and no software driver: ${firstLine(error)}`
  }
  // A new instance reads the environment again.
  return (await request(create)) ?? own ?? `${noGpu}, and the software driver does not come up`
}

const noGpu = 'there is no GPU that WebGPU can use here'

const request = async (create: (options: string[]) => GPU): Promise<Found | undefined> => {
  const gpu = create([])
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  return adapter ? { adapter, gpu } : undefined
}

const nameOf = (info: GPUAdapterInfo): string => {
  const name = info.description || info.device || [info.vendor, info.architecture].filter(Boolean).join(' ')
  if (info.architecture === 'swiftshader') return 'SwiftShader (software)'
  return `${name || 'a GPU without a name'}${info.isFallbackAdapter ? ' (software)' : ''}`
}

const firstLine = (error: unknown): string => String((error as Error)?.message ?? error).split('\n')[0]
