import { setWaiter } from '../../runtime/webgpu/context.ts'
import { deviceOf, type DeviceOptions } from '../../runtime/webgpu/device.ts'
import { drowse } from './drowse.ts'
import { hasVulkanDriver, hasVulkanLoader, softwareVulkan, vulkanEnvironment } from './vulkan.ts'

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

/**
 * The device to run on: hardware where there is some, else SwiftShader, else (with `auto`) the CPU.
 * On a machine without a Vulkan loader call `relaunchWithVulkan` first.
 */
export const openDevice = async (choice: DeviceChoice, options: DeviceOptions = {}): Promise<HostDevice> => {
  if (choice === 'cpu') return { kind: 'cpu', name: cpuName }
  const found = await findAdapter()
  const without = (reason: string): HostDevice =>
    choice === 'gpu' ? { kind: 'none', reason } : { kind: 'cpu', name: cpuName, reason }
  if (typeof found === 'string') return without(found)
  const { adapter, gpu } = found
  let device: GPUDevice
  try {
    device = await deviceOf(adapter, options)
  } catch (error) {
    return without(`${nameOf(adapter.info)} gives no device: ${firstLine(error)}`)
  }
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
  if (process.platform === 'linux' && !hasVulkanLoader()) return `${noGpu}, and ${withoutLoader()}`
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

/** Why there is no Vulkan loader in this process, and what helps. */
const withoutLoader = (): string => {
  try {
    const { LD_LIBRARY_PATH } = vulkanEnvironment()
    return LD_LIBRARY_PATH === undefined
      ? 'no Vulkan loader (libvulkan.so.1): install it (Debian: libvulkan1)'
      : `the software driver works only in a process that starts with LD_LIBRARY_PATH=${LD_LIBRARY_PATH}`
  } catch (error) {
    return `no software driver: ${firstLine(error)}`
  }
}

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
