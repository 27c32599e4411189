/** How long one nap lasts at most, in ms; the answer may come so much late. */
const longestNap = 2

const cell = new Int32Array(new SharedArrayBuffer(4))

/**
 * Wait for a promise of Dawn's, asleep most of the time: its Node binding polls from `setImmediate`, which keeps a
 * core busy that a software device needs for its kernels. Naps grow with the time waited, so short waits stay short.
 */
export const drowse = async <T>(pending: Promise<T>): Promise<T> => {
  let settled = false
  const done = (): void => {
    settled = true
  }
  pending.then(done, done)
  const start = performance.now()
  while (!settled) {
    await new Promise((resolve) => setImmediate(resolve))
    const waited = performance.now() - start
    if (!settled && waited > 0.2) Atomics.wait(cell, 0, 0, Math.min(waited / 10, longestNap))
  }
  return pending
}
