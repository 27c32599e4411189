import { vulkanEnvironment } from '../../cli/host/vulkan.ts'

/** Vitest's global setup: test workers start with what software Vulkan needs in their environment. */
export default function setup(): void {
  try {
    Object.assign(process.env, vulkanEnvironment())
  } catch {
    // Tests that want a device say what is missing.
  }
}
