import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test as anyTest } from 'vitest'
import { hasVulkanLoader } from '../../../cli/host/vulkan.ts'

// Where the system has a loader nothing is started again, so there is nothing to see.
const test = anyTest.skipIf(process.platform !== 'linux' || process.arch !== 'x64' || hasVulkanLoader({}))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mix-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Run a program that may start itself again; `LD_LIBRARY_PATH` is as on a bare machine. */
const start = (body: string, args: readonly string[] = []) => {
  const script = join(folder, 'program.mts')
  writeFileSync(
    script,
    `import { relaunchWithVulkan } from ${JSON.stringify(resolve('cli/host/relaunch.ts'))}
await relaunchWithVulkan()
${body}`,
  )
  const env = { ...process.env }
  delete env.LD_LIBRARY_PATH
  delete env.MIX_RELAUNCHED
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { env, cwd: resolve('.') })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data) => (stdout += data))
  child.stderr.on('data', (data) => (stderr += data))
  const ended = new Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>(
    (done) => child.on('close', (code, signal) => done({ code, signal, stdout, stderr })),
  )
  return { child, ended, said: () => stdout }
}

test('arguments, stdin, stdout, stderr and the exit code pass through', async () => {
  const { child, ended } = start(
    `let text = ''
for await (const part of process.stdin) text += part
console.log(JSON.stringify([process.argv.slice(2), text, process.env.LD_LIBRARY_PATH !== undefined]))
console.error('to stderr')
process.exitCode = 7`,
    ['a', 'b c', '--d=*'],
  )
  child.stdin.end('from stdin')
  const { code, stdout, stderr } = await ended
  expect(JSON.parse(stdout)).toEqual([['a', 'b c', '--d=*'], 'from stdin', true])
  expect(stderr).toContain('to stderr')
  expect(code).toBe(7)
})

test('signals pass through: a handler may end the program in its own way', async () => {
  const { child, ended, said } = start(
    `process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(3) })
setInterval(() => {}, 1000)
console.log('ready')`,
  )
  while (!said().includes('ready')) await new Promise((done) => setTimeout(done, 20))
  child.kill('SIGTERM')
  const { code, stdout } = await ended
  expect(stdout).toContain('asked to stop')
  expect(code).toBe(3)
})

test('a program that a signal ends looks so from outside', async () => {
  const { child, ended, said } = start(`setInterval(() => {}, 1000)
console.log('ready')`)
  while (!said().includes('ready')) await new Promise((done) => setTimeout(done, 20))
  child.kill('SIGINT')
  expect((await ended).signal).toBe('SIGINT')
})

test('the device comes up in it', async () => {
  const { ended } =
    start(`const { openDevice } = await import(${JSON.stringify(resolve('cli/host/device.ts'))})
const host = await openDevice('gpu')
console.log(host.kind, 'reason' in host ? host.reason : '')
if (host.kind === 'gpu') host.close()`)
  const { stdout, stderr, code } = await ended
  expect(stdout).toMatch(/^gpu/)
  expect(stderr).toBe('')
  expect(code).toBe(0)
})
