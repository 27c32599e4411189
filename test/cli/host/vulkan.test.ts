import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  hasVulkanDriver,
  hasVulkanLoader,
  softwareVulkan,
  vulkanEnvironment,
} from '../../../cli/host/vulkan.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mix-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const linux = process.platform === 'linux' && process.arch === 'x64'

test.skipIf(!linux)('the software driver lies in one folder with a loader', () => {
  const { folder, driver } = softwareVulkan()
  expect(statSync(driver).isFile()).toBe(true)
  expect(statSync(join(folder, 'libvk_swiftshader.so')).size).toBeGreaterThan(1_000_000)
  expect(statSync(join(folder, 'libvulkan.so.1')).size).toBeGreaterThan(100_000)
  expect(softwareVulkan().folder).toBe(folder)
})

test.skipIf(!linux)('a loader on the path is found, and nothing is added then', () => {
  writeFileSync(join(folder, 'libvulkan.so.1'), '')
  const env = { LD_LIBRARY_PATH: `/nowhere:${folder}` }
  expect(hasVulkanLoader(env)).toBe(true)
  expect(vulkanEnvironment(env)).toEqual({})
})

test.skipIf(!linux)('a path that is there already is kept, behind ours', () => {
  const added = vulkanEnvironment({ LD_LIBRARY_PATH: '/nowhere' })
  if (hasVulkanLoader({})) expect(added).toEqual({})
  else expect(added).toEqual({ LD_LIBRARY_PATH: `${softwareVulkan().folder}:/nowhere` })
})

test.skipIf(process.platform !== 'linux')('drivers for hardware are looked up where the loader does', () => {
  const env = { XDG_DATA_DIRS: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  const before = hasVulkanDriver(env)
  mkdirSync(join(folder, 'vulkan', 'icd.d'), { recursive: true })
  writeFileSync(join(folder, 'vulkan', 'icd.d', 'lvp_icd.x86_64.json'), '{}')
  expect(hasVulkanDriver(env)).toBe(before)
  writeFileSync(join(folder, 'vulkan', 'icd.d', 'radeon_icd.x86_64.json'), '{}')
  expect(hasVulkanDriver(env)).toBe(true)
})
