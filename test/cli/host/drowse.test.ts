import { expect, test } from 'vitest'
import { drowse } from '../../../cli/host/drowse.ts'

test('values and errors come through', async () => {
  expect(await drowse(Promise.resolve(3))).toBe(3)
  await expect(drowse(Promise.reject(new Error('no')))).rejects.toThrow('no')
})

test('it sleeps while it waits', async () => {
  // What Dawn does: poll from setImmediate until there is an answer.
  const polled = new Promise<number>((resolve) => {
    const end = performance.now() + 200
    let polls = 0
    const poll = (): void => {
      polls++
      if (performance.now() < end) setImmediate(poll)
      else resolve(polls)
    }
    setImmediate(poll)
  })
  const before = process.cpuUsage()
  const polls = await drowse(polled)
  const { user, system } = process.cpuUsage(before)
  // Without the naps there are tens of thousands, and 200 ms of work.
  expect(polls).toBeLessThan(2000)
  expect((user + system) / 1000).toBeLessThan(150)
})
