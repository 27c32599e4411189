import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { vulkanEnvironment } from './vulkan.ts'

/** Set in a process that was started again, so that it happens once. */
const marker = 'MIX_RELAUNCHED'

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const

/**
 * Start this process again with a Vulkan loader on the linker's path where the system has none: the linker reads
 * `LD_LIBRARY_PATH` only at the start. Call it before anything is printed or read.
 *
 * Comes back at once (false) where nothing is needed or nothing can be done. Otherwise the new process takes over
 * stdin, stdout and stderr, gets the signals, and this one ends as it does: the promise never settles.
 */
export const relaunchWithVulkan = async (): Promise<false> => {
  if (process.env[marker]) return false
  let added: Readonly<Record<string, string>>
  try {
    added = vulkanEnvironment()
  } catch {
    return false
  }
  if (Object.keys(added).length === 0) return false
  return startAgain({ ...process.env, ...added, [marker]: '1' })
}

const startAgain = (env: NodeJS.ProcessEnv): Promise<never> =>
  new Promise(() => {
    const args = [...process.execArgv, ...process.argv.slice(1)]
    const child = spawn(process.execPath, args, { stdio: 'inherit', env, argv0: process.argv0 })
    const forward = (signal: NodeJS.Signals): void => {
      child.kill(signal)
    }
    for (const signal of forwarded) process.on(signal, forward)
    child.on('error', (error) => {
      process.stderr.write(`mix cannot start itself again: ${error.message}\n`)
      process.exit(1)
    })
    child.on('exit', (code, signal) => {
      for (const name of forwarded) process.off(name, forward)
      if (signal) {
        // End by the same signal; where it does not end us, by the code that shells give it.
        process.kill(process.pid, signal)
        setTimeout(() => process.exit(128 + constants.signals[signal]), 100)
      } else process.exit(code ?? 1)
    })
  })
