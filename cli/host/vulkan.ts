import { createRequire } from 'node:module'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { extractOnce } from './extract.ts'

/** What the software driver needs, out of what its archive holds. */
const files = ['libvk_swiftshader.so', 'vk_swiftshader_icd.json', 'libvulkan.so.1'] as const

/** SwiftShader, a Vulkan driver for the CPU, unpacked. */
export interface SoftwareVulkan {
  /** Holds the driver and a Vulkan loader. */
  readonly folder: string
  /** For `VK_ICD_FILENAMES`. */
  readonly driver: string
}

let found: SoftwareVulkan | undefined

/**
 * Unpack SwiftShader out of the npm package that ships it; the first time it takes a moment, later ones look.
 * Throws where the package is missing, where there is no driver for this platform, or no folder to write to.
 */
export const softwareVulkan = (): SoftwareVulkan => {
  if (found) return found
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`there is no software driver for ${process.platform}-${process.arch}`)
  const folder = extractOnce(archivePath(), 'swiftshader', files)
  found = { folder, driver: join(folder, 'vk_swiftshader_icd.json') }
  return found
}

/** Whether the dynamic linker finds a Vulkan loader when a process starts with this environment. */
export const hasVulkanLoader = (env: NodeJS.ProcessEnv = process.env): boolean => {
  const name = 'libvulkan.so.1'
  const folders = [
    ...(env.LD_LIBRARY_PATH ?? '').split(':').filter(Boolean),
    '/lib64',
    '/usr/lib64',
    '/lib',
    '/usr/lib',
  ]
  if (folders.some((folder) => existsSync(join(folder, name)))) return true
  try {
    // The linker's cache lists every library of the system's folders by name.
    return readFileSync('/etc/ld.so.cache').includes(`${name}\0`)
  } catch {
    return false
  }
}

/**
 * What to add to the environment of a process so that WebGPU comes up in it; nothing where that is not needed.
 * It has to be there when the process starts.
 */
export const vulkanEnvironment = (env: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string>> => {
  if (process.platform !== 'linux' || process.arch !== 'x64' || hasVulkanLoader(env)) return {}
  const { folder } = softwareVulkan()
  return { LD_LIBRARY_PATH: [folder, env.LD_LIBRARY_PATH].filter(Boolean).join(':') }
}

/**
 * Whether the system lists a Vulkan driver for hardware. Asked first, because Dawn writes a warning to stderr where
 * it looks for drivers and there are none.
 */
export const hasVulkanDriver = (env: NodeJS.ProcessEnv = process.env): boolean => {
  if (process.platform !== 'linux') return true
  const data = (env.XDG_DATA_DIRS || '/usr/local/share:/usr/share').split(':')
  const home = env.XDG_DATA_HOME || join(homedir(), '.local', 'share')
  const config = ['/etc', '/usr/local/etc', env.XDG_CONFIG_HOME || join(homedir(), '.config')]
  return [...data, home, ...config].some((folder) =>
    listOf(join(folder, 'vulkan', 'icd.d')).some(
      (file) => file.endsWith('.json') && !file.startsWith('lvp_'),
    ),
  )
}

const listOf = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const archivePath = (): string => {
  // The package exports no path but its main module, which lies two folders below its root.
  const main = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  return join(dirname(main), '..', '..', 'bin', 'swiftshader.tar.br')
}
